"""Vectors of phrases in two memory-mapped files that the processes of a machine share.

The file `keys` holds 32 bytes a phrase, `vectors` 384 half-precision numbers, in the same order. Both grow at their end
only, the vector before its key: a writer that is killed leaves nothing that a reader takes for a phrase, and the next
writer writes over it. Readers take no lock. Everything here can be made again from the database, so no fault of these
files is an error: it is logged, and the answer is that a phrase is not there.

Measured with 400,000 phrases on two cores: 3,000 of them in 3 ms, where LMDB took 7; and a damaged file of this kind
cannot take the process down with it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import mmap
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

logger = logging.getLogger(__name__)

DIMENSIONS = 384
KEY_BYTES = 32
ROW_BYTES = 2 * DIMENSIONS
LEAST_UNSORTED, MOST_UNSORTED = 4096, 32768
LOCK_WAIT = 0.5  # seconds that a writer waits for another before it leaves the copying to the next time
SAY_AGAIN = 60  # seconds between two log lines of one process about the same file

Stat = tuple[int, int, int, int]  # inode and size of keys, inode and size of vectors
NO_FILES: Stat = (0, 0, 0, 0)


def are_sound(vectors: np.ndarray) -> np.ndarray:
    """Which rows are of unit length, as every phrase's vector is; what a crash or a bad disk leaves is not."""
    rows = vectors.astype(np.float32)
    return np.abs(np.einsum("ij,ij->i", rows, rows) - 1) < 0.01  # half precision errs by 0.001


@dataclass(frozen=True)
class Contents:
    """What one process has read of the files: sorted keys over the mapped vectors, and what was added since."""

    stat: Stat = NO_FILES
    keys: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.uint64))  # as they lie in the file
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, DIMENSIONS), np.float16))  # mapped, not read
    added: Mapping[bytes, np.ndarray] = field(default_factory=dict)
    count: int = 0  # phrases in the files, mapped and added

    @property
    def most_added(self) -> int:
        """How many more may be kept in memory before all are sorted again."""
        return min(max(len(self.keys) // 16, LEAST_UNSORTED), MOST_UNSORTED)

    @cached_property
    def sorted_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """The first eight bytes of every key in order, and the row of each."""
        firsts = np.ascontiguousarray(self.keys[:, 0])
        order = np.argsort(firsts).astype(np.uint32)
        return firsts[order], order

    @cached_property
    def seen_sound(self) -> np.ndarray:
        """Which rows this process has found to be of unit length."""
        return np.zeros(len(self.keys), bool)

    def find(self, keys: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray, bool]:
        """Vectors, shape (len(keys), DIMENSIONS) float16, noughts where missing; which are here; if all are sound."""
        wanted = np.frombuffer(b"".join(keys), np.uint64).reshape(-1, 4)
        found, is_sound = np.zeros((len(wanted), DIMENSIONS), np.float16), True
        is_here = np.zeros(len(wanted), bool)
        if len(self.keys) and len(wanted):
            firsts, rows_of = self.sorted_rows
            rows = rows_of[np.minimum(np.searchsorted(firsts, wanted[:, 0]), len(firsts) - 1)]
            is_here = (self.keys[rows] == wanted).all(axis=1)
            found = self.vectors[rows]
            found[~is_here] = 0
            unseen = is_here & ~self.seen_sound[rows]
            if unseen.any():
                is_sound = bool(are_sound(found[unseen]).all())
                self.seen_sound[rows[unseen]] = is_sound
        for position in np.flatnonzero(~is_here) if self.added else ():
            vector = self.added.get(keys[position])
            if vector is not None:
                found[position], is_here[position] = vector, True
        return found, is_here, is_sound


class PhraseFile:
    """The copy in one folder. Safe with any number of threads and processes, with forks and with a killed writer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys, self._vectors, self._lock = folder / "keys", folder / "vectors", folder / "lock"
        self._contents = Contents()  # replaced whole, never changed: a thread reads on in the one it has
        self._quiet_until = 0.0

    def read(self, keys: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of keys of 32 bytes, shape (len(keys), DIMENSIONS) float16, noughts where missing; which are here."""
        try:
            contents = self._look()
            found, is_here, is_sound = contents.find(keys)
            if is_sound:
                return found, is_here
            self._complain("is damaged and is made again")
            self._throw_away(contents.stat)
        except (OSError, ValueError) as error:
            self._complain(f"cannot be read: {error}")
        return np.zeros((len(keys), DIMENSIONS), np.float16), np.zeros(len(keys), bool)

    def write(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Add what is not there; without effect where the files cannot be written now."""
        keys = list(vectors)
        if not keys or self.read(keys)[1].all():
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked() as is_mine:
                if is_mine:
                    self._append(vectors)
        except (OSError, ValueError) as error:
            self._complain(f"cannot be written: {error}")

    def _append(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        contents = self._look()
        is_here = contents.find(list(vectors))[1]
        new = [key for key, known in zip(vectors, is_here, strict=True) if not known]
        if not new:
            return
        rows = np.stack([vectors[key] for key in new]).astype(np.float16)
        sound = are_sound(rows)
        new, rows = [key for key, good in zip(new, sound, strict=True) if good], rows[sound]
        write_at(self._vectors, contents.count * ROW_BYTES, rows.tobytes())
        write_at(self._keys, contents.count * KEY_BYTES, b"".join(new))

    def _look(self) -> Contents:
        """The files as they are now. Two `stat` calls where nothing has changed."""
        before = self._contents
        if self._stat() != before.stat:
            self._contents = self._read_again(before)
        return self._contents

    def _stat(self) -> Stat:
        try:
            keys, vectors = self._keys.stat(), self._vectors.stat()
        except FileNotFoundError:
            return NO_FILES
        return keys.st_ino, keys.st_size, vectors.st_ino, vectors.st_size

    def _read_again(self, before: Contents) -> Contents:
        try:
            with self._keys.open("rb") as key_file, self._vectors.open("rb") as vector_file:
                keys, vectors = os.fstat(key_file.fileno()), os.fstat(vector_file.fileno())
                stat = (keys.st_ino, keys.st_size, vectors.st_ino, vectors.st_size)
                count = min(keys.st_size // KEY_BYTES, vectors.st_size // ROW_BYTES)
                are_the_same = (stat[0], stat[2]) == (before.stat[0], before.stat[2])
                if are_the_same and before.count <= count <= len(before.keys) + before.most_added:
                    added = {**before.added, **rows_between(key_file, vector_file, before.count, count)}
                    contents = Contents(stat, before.keys, before.vectors, added, count)
                    # What was worked out of the part that is the same stays good.
                    contents.__dict__.update({n: before.__dict__[n] for n in WORKED_OUT if n in before.__dict__})
                    return contents
                if count == 0:
                    return Contents(stat)
                mapped = mmap.mmap(vector_file.fileno(), count * ROW_BYTES, access=mmap.ACCESS_READ)
                return Contents(
                    stat,
                    np.fromfile(key_file, np.uint64, count * 4).reshape(-1, 4),
                    np.frombuffer(mapped, np.float16).reshape(-1, DIMENSIONS),
                    count=count,
                )
        except FileNotFoundError:
            return Contents()

    def _throw_away(self, stat: Stat) -> None:
        """Remove the files of this `stat`, unless another process has done it and made new ones."""
        with self._locked() as is_mine:
            now = self._stat()
            if is_mine and (now[0], now[2]) == (stat[0], stat[2]):
                self._keys.unlink(missing_ok=True)
                self._vectors.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[bool]:
        """Whether this thread alone may write, in the block; False after LOCK_WAIT."""
        file = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o660)
        until, is_mine = time.monotonic() + LOCK_WAIT, False
        try:
            while not is_mine and time.monotonic() < until:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    is_mine = True
                except BlockingIOError:
                    time.sleep(0.002)
            yield is_mine
        finally:
            if is_mine:
                fcntl.flock(file, fcntl.LOCK_UN)  # for a child as well that was forked meanwhile
            os.close(file)

    def _complain(self, what: str) -> None:
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + SAY_AGAIN
            logger.warning("The local copy of the phrases %s. The database serves them meanwhile.", what)


WORKED_OUT = ("sorted_rows", "seen_sound")


def rows_between(key_file, vector_file, start: int, end: int) -> dict[bytes, np.ndarray]:
    """Phrases start to end of two open files."""
    key_file.seek(start * KEY_BYTES)
    keys = key_file.read((end - start) * KEY_BYTES)
    vector_file.seek(start * ROW_BYTES)
    rows = np.fromfile(vector_file, np.float16, (end - start) * DIMENSIONS).reshape(-1, DIMENSIONS)
    sound = are_sound(rows)
    cut = (keys[i * KEY_BYTES : (i + 1) * KEY_BYTES] for i in range(len(rows)))
    return {key: row for key, row, good in zip(cut, rows, sound, strict=True) if good}


def write_at(path: Path, start: int, content: bytes) -> None:
    """Write from byte `start` on; whatever a killed writer left behind it is cut off first."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
    try:
        os.ftruncate(file, start)
        written = 0
        while written < len(content):
            written += os.pwrite(file, content[written:], start + written)
    finally:
        os.close(file)
