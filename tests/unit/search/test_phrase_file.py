"""The copy of the phrases that the processes of a machine share, with real processes."""

import logging
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from search.phrase_file import DIMENSIONS, KEY_BYTES, LEAST_UNSORTED, ROW_BYTES, PhraseFile
from tests.phrase_writer import SPAWN, add_in_steps, key, phrases, vector, wait_until


def require_all(folder, numbers):
    """Every phrase is there once, and is its own."""
    numbers = list(numbers)
    found, is_here = PhraseFile(folder).read([key(number) for number in numbers])
    assert is_here.all()
    assert (found == np.stack([vector(number) for number in numbers])).all()
    assert (folder / "keys").stat().st_size == KEY_BYTES * len(numbers)
    assert (folder / "vectors").stat().st_size == ROW_BYTES * len(numbers)


def size_of(path):
    return path.stat().st_size if path.exists() else 0


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "phrases"


@pytest.fixture
def copy(folder):
    return PhraseFile(folder)


def test_what_was_written_is_read_and_the_rest_is_missing(copy):
    copy.write(phrases(1, 2))
    found, is_here = copy.read([key(2), key(3), key(1)])
    assert is_here.tolist() == [True, False, True]
    assert (found == np.stack([vector(2), np.zeros(DIMENSIONS), vector(1)])).all()


def test_nothing_asked_is_nothing_found(copy):
    found, is_here = copy.read([])
    assert found.shape == (0, DIMENSIONS)
    assert is_here.shape == (0,)


def test_adding_again_changes_nothing(copy, folder):
    copy.write(phrases(1, 2))
    copy.write(phrases(2, 1))
    copy.write({key(3): vector(3), key(1): vector(99)})
    require_all(folder, [1, 2, 3])


def test_another_process_sees_what_was_added_at_once(copy, folder):
    other = PhraseFile(folder)
    for number in range(5):
        copy.write(phrases(number))
        assert other.read([key(number)])[1].all()


def test_many_are_found_however_they_came_in(copy, folder):
    numbers = range(LEAST_UNSORTED + 2000)
    other = PhraseFile(folder)
    for start in range(0, len(numbers), 500):
        copy.write(phrases(*numbers[start : start + 500]))
        assert other.read([key(start)])[1].all()
    found, is_here = other.read([key(number) for number in numbers])
    assert is_here.all()
    assert (found[-1] == vector(numbers[-1])).all()


def test_a_vector_that_is_not_of_unit_length_is_not_kept(copy):
    copy.write({key(1): np.ones(DIMENSIONS, np.float16), key(2): vector(2)})
    assert copy.read([key(1), key(2)])[1].tolist() == [False, True]


def test_four_processes_add_overlapping_phrases_and_none_is_lost_or_doubled(folder):
    parts = [list(range(start, start + 400)) for start in (0, 100, 200, 300)]
    processes = [SPAWN.Process(target=add_in_steps, args=(folder, part)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
    require_all(folder, range(700))


def test_a_writer_killed_at_any_moment_leaves_a_copy_that_is_good_and_can_be_added_to(folder):
    for round in range(3):
        process = SPAWN.Process(target=add_in_steps, args=(folder, list(range(round * 1000, round * 1000 + 1000))))
        process.start()
        enough = size_of(folder / "keys") + 300 * KEY_BYTES
        wait_until(lambda enough=enough: size_of(folder / "keys") >= enough)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found, is_here = PhraseFile(folder).read([key(number) for number in range(3000)])
        assert is_here.sum() == size_of(folder / "keys") // KEY_BYTES
        assert all((found[number] == vector(number)).all() for number in np.flatnonzero(is_here))
    PhraseFile(folder).write(phrases(*range(3000)))
    require_all(folder, range(3000))


@pytest.mark.parametrize("left", [("vectors", 1000), ("vectors", 3 * ROW_BYTES), ("keys", 17)])
def test_what_a_killed_writer_left_at_the_end_is_written_over(copy, folder, left):
    copy.write(phrases(1, 2))
    name, count = left
    with (folder / name).open("ab") as file:
        file.write(b"\x01" * count)
    copy.write(phrases(3))
    require_all(folder, [1, 2, 3])


def test_a_deleted_file_is_made_again(copy, folder):
    copy.write(phrases(1))
    (folder / "vectors").unlink()
    assert not copy.read([key(1)])[1].any()
    copy.write(phrases(1, 2))
    require_all(folder, [1, 2])


def test_a_deleted_folder_is_made_again(copy, folder):
    copy.write(phrases(1))
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    copy.write(phrases(2))
    require_all(folder, [2])


def test_a_file_cut_short_loses_only_what_was_cut_off(copy, folder):
    copy.write(phrases(1, 2, 3))
    assert copy.read([key(3)])[1].all()
    os.truncate(folder / "vectors", 2 * ROW_BYTES + 5)
    assert copy.read([key(1), key(2), key(3)])[1].tolist() == [True, True, False]
    copy.write(phrases(3))
    require_all(folder, [1, 2, 3])


@pytest.mark.parametrize("rubbish", [b"\x00", b"\xff", b"\x5a"])
def test_damaged_vectors_are_noticed_thrown_away_and_logged(copy, folder, rubbish, caplog):
    copy.write(phrases(1, 2, 3))
    with (folder / "vectors").open("r+b") as file:
        file.seek(ROW_BYTES)
        file.write(rubbish * ROW_BYTES)
    fresh = PhraseFile(folder)
    with caplog.at_level(logging.WARNING):
        assert not fresh.read([key(1), key(2)])[1].any()
    assert "is damaged and is made again" in caplog.text
    fresh.write(phrases(1, 2, 3))
    require_all(folder, [1, 2, 3])
    assert copy.read([key(1)])[1].all()  # and who had the old files open has the new ones


def test_damaged_keys_are_phrases_that_are_not_there(copy, folder):
    copy.write(phrases(1, 2))
    (folder / "keys").write_bytes(b"\x07" * 2 * KEY_BYTES)
    fresh = PhraseFile(folder)
    assert not fresh.read([key(1), key(2)])[1].any()
    fresh.write(phrases(1, 2))
    assert fresh.read([key(1), key(2)])[1].all()


def test_a_folder_that_cannot_be_used_is_logged_once_and_is_no_error(tmp_path, caplog):
    (tmp_path / "phrases").write_text("a file where the folder should be")
    copy = PhraseFile(tmp_path / "phrases")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            copy.write(phrases(1))
            assert not copy.read([key(1)])[1].any()
    assert len(caplog.records) == 1


FULL_DISK = """
import logging, resource, signal, sys
from pathlib import Path
from search.phrase_file import PhraseFile
from tests.phrase_writer import key, phrases
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, resource.RLIM_INFINITY))  # three vectors and a bit
logging.basicConfig(stream=sys.stdout)
folder = Path(sys.argv[1])
copy = PhraseFile(folder)
copy.write(phrases(1, 2))
copy.write(phrases(3, 4))
assert copy.read([key(1), key(2), key(4)])[1].tolist() == [True, True, False]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
copy.write(phrases(3, 4))
assert copy.read([key(number) for number in (1, 2, 3, 4)])[1].all()
assert (folder / "keys").stat().st_size == 4 * 32
"""


def test_on_a_full_disk_what_is_there_is_read_and_the_rest_waits(folder):
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout


def test_a_forked_child_reads_and_writes(copy, folder):
    copy.write(phrases(1))
    child = os.fork()
    if child == 0:
        copy.write(phrases(2))
        os._exit(0 if copy.read([key(1), key(2)])[1].all() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert copy.read([key(1), key(2)])[1].all()
    require_all(folder, [1, 2])
