"""The engine for one machine: SQLite keeps the rows, numpy scans words and vectors exactly.

An index is a folder of its own, a generation; the file CURRENT names the one that answers. Vectors lie in two files
beside the SQLite file and grow at their end only: a row number, once given, stays good. Readers follow writers of other
processes by SQLite's data_version and load what is new.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from search.embeddings import DIMENSIONS
from search.engines.base import Filter, Hits, IndexedDocument, Query, Rebuild, SearchEngine, checked, shares
from search.engines.columns import Columns
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from search.fingerprint import fingerprint, what_changed

FORMAT = "5"  # change it whenever the files below change: an index of another format is made anew
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE phrase (key TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    alive INTEGER NOT NULL, line_rows BLOB, weights BLOB, terms BLOB, fields TEXT, profile_row INTEGER,
    digest TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, id)
);
"""


class Generation:
    """One index folder: writes in transactions, reads from memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._reader: sqlite3.Connection | None = None
        self._seen_version = -1
        self._last_seq = 0
        self.columns: dict[str, Columns] = {}

    @classmethod
    def create(cls, folder: Path) -> Generation:
        folder.mkdir(parents=True)
        generation = cls(folder)
        with generation._connect() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SCHEMA)
            db.executemany("INSERT INTO meta VALUES (?, ?)", fingerprint(FORMAT).items())
        for name in ("lines.f16", "profiles.f32"):
            (folder / name).touch()
        return generation

    def what_changed(self) -> str:
        """Why this index is of no use to this code, in words; "" if it is."""
        with self._lock:
            meta = dict(self._read().execute("SELECT key, value FROM meta"))
        return what_changed(meta, fingerprint(FORMAT))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.folder / "index.sqlite3", timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous=NORMAL")
            yield db
        finally:
            db.close()

    def _read(self) -> sqlite3.Connection:
        if self._reader is None:
            path = self.folder / "index.sqlite3"
            self._reader = sqlite3.connect(
                f"file:{path}?mode=rw", uri=True, timeout=30, check_same_thread=False, isolation_level=None
            )
        return self._reader

    def close(self) -> None:
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    # Writing

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        with self._connect() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                newer = [document for document in documents if not self._is_stale(db, document)]
                line_rows = self._append_lines(db, newer)
                # Through half precision, which is what every engine keeps: the same numbers everywhere.
                profiles = np.array([document.profile for document in newer], np.float16).astype(np.float32)
                profiles = profiles.reshape(-1, DIMENSIONS)
                first = self._append("profiles.f32", profiles, self._count(db, "profiles"))
                self._set_count(db, "profiles", first + len(newer))
                for offset, document in enumerate(newer):
                    self._write(db, document, line_rows[offset], first + offset)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise

    def _is_stale(self, db: sqlite3.Connection, document: IndexedDocument) -> bool:
        row = db.execute(
            "SELECT version FROM document WHERE kind = ? AND id = ?", (document.kind, document.id)
        ).fetchone()
        return row is not None and row[0] > document.version

    def _append_lines(self, db: sqlite3.Connection, documents: list[IndexedDocument]) -> list[np.ndarray]:
        """Row numbers of every document's lines, in order; a phrase that is there already is not written again."""
        new: dict[str, np.ndarray] = {}
        rows: dict[str, int] = {}
        for document in documents:
            for key, vector in zip(document.line_keys, document.lines, strict=True):
                if key in rows or key in new:
                    continue
                found = db.execute("SELECT row FROM phrase WHERE key = ?", (key,)).fetchone()
                if found:
                    rows[key] = found[0]
                else:
                    new[key] = vector
        first = self._append(
            "lines.f16",
            np.array(list(new.values()), np.float16).reshape(-1, DIMENSIONS),
            self._count(db, "lines"),
        )
        rows.update((key, first + offset) for offset, key in enumerate(new))
        db.executemany("INSERT INTO phrase VALUES (?, ?)", ((key, rows[key]) for key in new))
        self._set_count(db, "lines", first + len(new))
        return [np.array([rows[key] for key in document.line_keys], np.int32) for document in documents]

    def _append(self, name: str, vectors: np.ndarray, count: int) -> int:
        """Write rows behind the first `count`; whatever a crash left behind those is cut off first."""
        row_bytes = vectors.dtype.itemsize * DIMENSIONS
        with (self.folder / name).open("r+b") as file:
            file.truncate(count * row_bytes)
            file.seek(count * row_bytes)
            file.write(np.ascontiguousarray(vectors).tobytes())
            file.flush()
            os.fsync(file.fileno())
        return count

    def _count(self, db: sqlite3.Connection, name: str) -> int:
        row = db.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def _set_count(self, db: sqlite3.Connection, name: str, count: int) -> None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, str(count)))

    def _write(self, db: sqlite3.Connection, document: IndexedDocument, rows: np.ndarray, profile_row: int) -> None:
        self._forget(db, document.kind, document.id)
        fields = {
            "numbers": document.numbers,
            "keywords": {name: sorted(values) for name, values in document.keywords.items()},
            "position": document.position,
        }
        db.execute(
            "INSERT INTO document (kind, id, version, alive, line_rows, weights, terms, fields, profile_row, digest)"
            " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
            (
                document.kind,
                document.id,
                document.version,
                rows.tobytes(),
                document.weights.astype(np.float32).tobytes(),
                document.terms.astype(np.int32).tobytes(),
                json.dumps(fields),
                profile_row,
                document.digest,
            ),
        )

    def _forget(self, db: sqlite3.Connection, kind: str, id: str) -> None:
        db.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind, id))

    def delete(self, kind: str, ids: Iterable[str], version: int) -> None:
        with self._connect() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                for id in ids:
                    found = db.execute("SELECT version FROM document WHERE kind = ? AND id = ?", (kind, id)).fetchone()
                    if found is None or found[0] > version:
                        continue
                    self._forget(db, kind, id)
                    # A gravestone: readers learn that it is gone, and an older version cannot come back.
                    db.execute(
                        "INSERT INTO document (kind, id, version, alive) VALUES (?, ?, ?, 0)", (kind, id, version)
                    )
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise

    # Reading

    @contextmanager
    def reading(self, kind: str) -> Iterator[Columns]:
        """The columns of a kind with all that was committed by now; they keep still until the block ends."""
        with self._lock:
            db = self._read()
            version = db.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen_version:
                self._load(db)
                self._seen_version = version
            yield self.columns.setdefault(kind, Columns())

    def _load(self, db: sqlite3.Connection) -> None:
        rows = db.execute(
            "SELECT seq, kind, id, alive, line_rows, weights, terms, fields, profile_row FROM document"
            " WHERE seq > ? ORDER BY seq",
            (self._last_seq,),
        ).fetchall()
        for kind in {row[1] for row in rows}:
            self.columns.setdefault(kind, Columns()).extend([row for row in rows if row[1] == kind])
        if rows:
            self._last_seq = rows[-1][0]

    def versions(self, kind: str) -> Iterator[tuple[str, int, str]]:
        with self._connect() as db:
            yield from db.execute("SELECT id, version, digest FROM document WHERE kind = ? AND alive", (kind,))

    def vectors(self, name: str, kind: type) -> np.ndarray:
        """A vector file as an array that reads from disk only what is asked for."""
        size = (self.folder / name).stat().st_size // (np.dtype(kind).itemsize * DIMENSIONS)
        if size == 0:
            return np.zeros((0, DIMENSIONS), kind)
        return np.memmap(self.folder / name, kind, "r", shape=(size, DIMENSIONS))


class EmbeddedEngine(SearchEngine):
    """Exact search over a folder of its own. Safe with several threads and processes."""

    makes_index_in_place = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._generation: Generation | None = None

    @property
    def _pointer(self) -> Path:
        return self.folder / "CURRENT"

    def generation(self) -> Generation:
        """The one that answers now. Raises IndexMissing if there is none, or it is of another format or model."""
        try:
            name = self._pointer.read_text(encoding="ascii").strip()
        except OSError as error:
            raise IndexMissing("There is no search index yet. Run manage.py rebuild_index.") from error
        with self._lock:
            if self._generation is None or self._generation.folder.name != name:
                if self._generation is not None:
                    self._generation.close()
                self._generation = Generation(self.folder / name)
            generation = self._generation
        if not (generation.folder / "index.sqlite3").exists():
            generation.close()
            raise IndexMissing("The search index was deleted. Run manage.py rebuild_index.")
        return generation

    def is_ready(self) -> bool:
        return not self.state()

    def state(self) -> str:
        try:
            changed = self.generation().what_changed()
        except IndexMissing as error:
            return str(error)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return "The search index is not whole. Run manage.py rebuild_index."
            raise SearchUnavailable(f"The search index cannot answer: {error}") from error  # busy is not broken
        except sqlite3.DatabaseError as error:
            return f"The search index cannot be read ({error}). Run manage.py rebuild_index."
        return f"The search index is out of date: {changed}. Run manage.py rebuild_index." if changed else ""

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        batch = checked(documents)
        with translated_errors():
            self.generation().put(batch)

    def delete(self, kind: str, ids: Iterable[str], *, version: int = 0) -> None:
        with translated_errors():
            self.generation().delete(kind, ids, version)

    def count(self, kind: str, filters: tuple[Filter, ...] = ()) -> int:
        with translated_errors(), self.generation().reading(kind) as columns:
            return len(columns.passing(filters))

    def ids(self, kind: str) -> set[str]:
        with translated_errors(), self.generation().reading(kind) as columns:
            return columns.alive_ids()

    def versions(self, kind: str) -> Iterator[tuple[str, int, str]]:
        with translated_errors():
            yield from self.generation().versions(kind)

    def search(self, query: Query, *, limit: int = 200) -> Hits:
        with translated_errors():
            generation = self.generation()
            with generation.reading(query.kind) as columns:
                return self._search(generation, columns, query, limit)

    def nearest(self, query: Query, *, limit: int = 200) -> list[str]:
        with translated_errors():
            generation = self.generation()
            with generation.reading(query.kind) as columns:
                profiles = generation.vectors("profiles.f32", np.float32)
                best = columns.best(columns.passing(query.filters), query.profile, {}, profiles, limit)
                return [columns.ids[position] for position in best]

    def _search(self, generation: Generation, columns: Columns, query: Query, limit: int) -> Hits:
        passing = columns.passing(query.filters)
        profiles = generation.vectors("profiles.f32", np.float32)
        best = columns.best(passing, query.profile, shares(query.words), profiles, limit)
        lines = generation.vectors("lines.f16", np.float16)
        in_scope = 0 if query.scope is None else len(columns.passing(query.scope))
        return columns.hits(best, profiles, lines, total=len(passing), in_scope=in_scope)

    @contextmanager
    def rebuild(self, *, resume: str = "") -> Iterator[Rebuild]:
        with translated_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
        # One at a time, whoever asks: whoever ends sweeps away every folder but its own.
        with (self.folder / "rebuild.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with translated_errors():
                filling = self._unfinished(resume)
                if filling is None:
                    filling = Filling(Generation.create(self.folder / f"index-{uuid.uuid4().hex[:12]}"))
                self._sweep({filling.name, self._pointer.read_text("ascii").strip() if self._pointer.exists() else ""})
            try:
                yield filling
            finally:
                filling.generation.close()
            self._switch_to(filling.name)

    def remove(self) -> None:
        with self._lock:
            if self._generation is not None:
                self._generation.close()
                self._generation = None
        self._pointer.unlink(missing_ok=True)
        self._sweep(set())

    def _unfinished(self, name: str) -> Filling | None:
        """The index of that name that another rebuild left, if it can be gone on with."""
        generation = Generation(self.folder / name)
        if not name.startswith("index-") or not (generation.folder / "index.sqlite3").exists():
            return None
        try:
            return None if generation.what_changed() else Filling(generation, is_resumed=True)
        except sqlite3.Error:
            return None

    def _switch_to(self, name: str) -> None:
        written = self.folder / f"CURRENT.{uuid.uuid4().hex[:8]}"
        written.write_text(name, encoding="ascii")
        written.replace(self._pointer)
        self._sweep({name})

    def _sweep(self, kept: set[str]) -> None:
        for folder in self.folder.glob("index-*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


class Filling(Rebuild):
    """A generation that nobody reads yet."""

    def __init__(self, generation: Generation, *, is_resumed: bool = False) -> None:
        self.generation = generation
        self.name = generation.folder.name
        self.is_resumed = is_resumed

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        batch = checked(documents)
        with translated_errors():
            self.generation.put(batch)

    def delete(self, kind: str, ids: Iterable[str], *, version: int) -> None:
        with translated_errors():
            self.generation.delete(kind, ids, version)


@contextmanager
def translated_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SearchUnavailable(f"The search index cannot answer: {error}") from error
    except ValueError as error:
        raise DocumentRefused(f"The search index refuses a document: {error}") from error
