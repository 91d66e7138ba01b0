"""What every engine must do when its index is missing, or is made anew beside the old one."""

import pytest

from search.errors import IndexMissing, SearchUnavailable
from tests.engines.engines import document, ids, query


def test_rebuild_answers_from_the_old_index_until_it_is_done(engine):
    engine.put([document("old")])
    with engine.rebuild() as new:
        new.put([document("new")])
        assert ids(engine) == ["old"]
    assert ids(engine) == ["new"]
    assert engine.ids("candidate") == {"new"}


def test_a_rebuild_that_fails_leaves_the_old_index(engine):
    engine.put([document("old")])
    with pytest.raises(RuntimeError), engine.rebuild() as new:
        new.put([document("new")])
        raise RuntimeError("the machine stops here")
    assert ids(engine) == ["old"]


def test_without_an_index_it_says_so(new_engine):
    engine = new_engine()
    assert not engine.is_ready()
    with pytest.raises(IndexMissing):
        engine.search(query())
    with pytest.raises(SearchUnavailable):
        engine.put([document("1")])


def test_a_rebuild_cut_short_goes_on_by_its_name(engine):
    engine.put([document("old")])
    with pytest.raises(RuntimeError), engine.rebuild() as first:
        first.put([document("1", version=3), document("2", version=3)])
        raise RuntimeError("the machine stops here")
    with engine.rebuild(resume=first.name) as second:
        assert second.is_resumed
        assert second.name == first.name
        second.put([document("1", "cut hair", version=2), document("3", version=4)])
        second.delete("candidate", ["2"], version=5)
    assert engine.ids("candidate") == {"1", "3"}
    assert sorted(engine.versions("candidate")) == [("1", 3, ""), ("3", 4, "")]


def test_a_rebuild_that_is_not_there_begins_anew(engine):
    for name in ("", "never-there", "../elsewhere"):
        with engine.rebuild(resume=name) as new:
            assert not new.is_resumed
            new.put([document("1")])
        assert engine.ids("candidate") == {"1"}


def test_a_rebuild_that_nobody_goes_on_with_is_removed(engine):
    with pytest.raises(RuntimeError), engine.rebuild() as left:
        raise RuntimeError("the machine stops here")
    with engine.rebuild():
        pass
    with engine.rebuild(resume=left.name) as new:
        assert not new.is_resumed


def test_the_state_says_what_is_wrong(new_engine):
    engine = new_engine()
    assert "rebuild_index" in engine.state()
    with engine.rebuild():
        pass
    assert engine.state() == ""
    assert engine.is_ready()
