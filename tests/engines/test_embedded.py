"""What only the embedded engine has: files that a crash can tear, and readers that follow them."""

import multiprocessing
import shutil
import threading

import numpy as np
import pytest

from search.engines.base import AllMet, AnyOf
from search.engines.embedded import EmbeddedEngine
from search.errors import IndexMissing
from tests.engines.engines import document, query


@pytest.fixture
def engine(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    with engine.rebuild():
        pass
    return engine


def test_a_torn_write_is_cut_off_by_the_next(engine):
    engine.put([document("1", "drive a lorry")])
    folder = engine.generation().folder
    for name in ("lines.f16", "profiles.f32"):
        with (folder / name).open("ab") as file:
            file.write(b"half a row")
    engine.put([document("2", "cut hair")])
    hits = engine.search(query("cut hair"))
    assert hits.ids == ("2", "1")
    np.testing.assert_allclose(hits.lines[0], document("2", "cut hair").lines[0], atol=2e-3)


def test_a_phrase_is_kept_once(engine):
    engine.put([document("1", "drive a lorry", "cut hair"), document("2", "cut hair")])
    engine.put([document("3", "cut hair", "drive a lorry")])
    assert len(engine.generation().vectors("lines.f16", np.float16)) == 2


def test_a_deleted_index_is_missing_not_broken(engine):
    engine.put([document("1")])
    engine.search(query())
    shutil.rmtree(engine.folder)
    assert not engine.is_ready()
    with pytest.raises(IndexMissing):
        engine.search(query())


def test_an_index_file_that_is_no_index_is_not_ready(engine):
    engine.put([document("1")])
    folder = engine.generation().folder
    other = EmbeddedEngine(engine.folder)
    (folder / "index.sqlite3").write_bytes(b"not a database at all, and long enough to be looked at" * 100)
    assert not other.is_ready()


def test_an_index_of_another_model_is_not_ready(engine, monkeypatch):
    assert engine.is_ready()
    monkeypatch.setattr("search.engines.embedded.FORMAT", "another")
    assert not engine.is_ready()
    assert "layout" in engine.state()


def test_old_generations_are_swept_away(engine):
    for _time in range(3):
        with engine.rebuild():
            pass
    assert len(list(engine.folder.glob("index-*"))) == 1


def _put_some(folder, start):
    engine = EmbeddedEngine(folder)
    for number in range(start, start + 20):
        engine.put([document(f"{number:03}", f"phrase {number}", "a phrase they share")])


def test_several_processes_write_without_losing_one(engine):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_put_some, args=(engine.folder, start)) for start in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(engine.ids("candidate")) == 40
    assert len(engine.generation().vectors("lines.f16", np.float16)) == 41


def test_threads_read_while_others_write(engine):
    errors = []

    def read():
        try:
            for _time in range(50):
                engine.search(query("drive a lorry", AllMet(frozenset({"x"})), AnyOf("flags", frozenset({"y"}))))
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _reader in range(3)]
    for reader in readers:
        reader.start()
    for number in range(30):
        demand = {"must_have": frozenset({f"{number}|x"}), "flags": frozenset({"y", f"flag {number}"})}
        engine.put([document(f"{number:02}", f"phrase {number}", keywords=demand)])
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(engine.ids("candidate")) == 30


def test_rebuilds_side_by_side_do_not_sweep_each_other_away(engine):
    started, errors = threading.Barrier(3), []

    def rebuild(name):
        try:
            started.wait()
            with engine.rebuild() as new:
                for number in range(10):
                    new.put([document(f"{name} {number}", f"phrase {number}")])
        except Exception as error:
            errors.append(error)

    rebuilders = [threading.Thread(target=rebuild, args=(name,)) for name in "abc"]
    for one in rebuilders:
        one.start()
    for one in rebuilders:
        one.join()
    assert errors == []
    assert len(engine.ids("candidate")) == 10
    assert len(list(engine.folder.glob("index-*"))) == 1
