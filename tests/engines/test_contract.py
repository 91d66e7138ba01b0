"""What every engine must do. A new engine is one more line in ENGINES."""

from dataclasses import replace

import numpy as np
import pytest

from search.embeddings import DIMENSIONS, phrase_key
from search.engines.base import AllMet, AnyOf, AtLeast, AtMost, IndexedDocument, Nothing, Query, Within
from search.engines.embedded import EmbeddedEngine
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from search.words import terms
from tests.fake_encoder import FakeEncoder

LEEDS, BRADFORD, LONDON = (53.79, -1.54), (53.79, -1.75), (51.51, -0.13)

ENGINES = {"embedded": lambda folder: EmbeddedEngine(folder / "index")}


@pytest.fixture(params=sorted(ENGINES))
def new_engine(request, tmp_path):
    return lambda: ENGINES[request.param](tmp_path)


@pytest.fixture
def engine(new_engine):
    engine = new_engine()
    with engine.rebuild():
        pass
    return engine


def vectors(*texts):
    return FakeEncoder().encode(texts)


def document(id, *lines, kind="candidate", version=0, **fields):
    lines = lines or ("drive a fork-lift truck",)
    own = vectors(*lines)
    profile = own.mean(axis=0)
    return IndexedDocument(
        kind=kind,
        id=id,
        profile=(profile / np.linalg.norm(profile)).astype(np.float32),
        lines=own,
        line_keys=tuple(map(phrase_key, lines)),
        weights=np.ones(len(lines), np.float32),
        terms=terms(lines),
        text="\n".join(lines),
        version=version,
        **fields,
    )


def query(text="drive a fork-lift truck", *filters, kind="candidate", words=()):
    return Query(kind, vectors(text)[0], words, filters)


def ids(engine, *filters, text="drive a fork-lift truck", **kwargs):
    return list(engine.search(query(text, *filters, **kwargs)).ids)


def test_search_puts_the_nearest_first(engine):
    engine.put([document("b", "cut hair"), document("a", "drive a fork-lift truck"), document("c", "drive a lorry")])
    assert ids(engine) == ["a", "c", "b"]


def test_equal_scores_come_in_the_order_of_their_ids(engine):
    engine.put([document(id) for id in ("d", "a", "c", "b")])
    assert ids(engine) == ["a", "b", "c", "d"]
    assert list(engine.search(query(), limit=2).ids) == ["a", "b"]


def test_kinds_do_not_mix(engine):
    engine.put([document("1"), document("1", kind="job")])
    engine.delete("job", ["1"], version=1)
    assert ids(engine) == ["1"]
    assert ids(engine, kind="job") == []


def test_put_again_replaces(engine):
    engine.put([document("1", "cut hair")])
    engine.put([document("1", "drive a fork-lift truck", "cut hair", version=1)])
    hits = engine.search(query())
    assert hits.ids == ("1",)
    assert hits.starts.tolist() == [0, 2]


def test_an_older_version_never_overwrites_a_newer(engine):
    engine.put([document("1", "cut hair", version=5)])
    engine.put([document("1", "drive a lorry", "and a van", version=4)])
    assert engine.search(query()).starts.tolist() == [0, 1]


def test_what_was_deleted_stays_away_until_a_newer_version_comes(engine):
    engine.put([document("1", version=3)])
    engine.delete("candidate", ["1", "never there"], version=4)
    engine.put([document("1", version=2)])
    assert ids(engine) == []
    engine.put([document("1", version=5)])
    assert ids(engine) == ["1"]


def test_delete_of_an_older_version_changes_nothing(engine):
    engine.put([document("1", version=3)])
    engine.delete("candidate", ["1"], version=2)
    assert ids(engine) == ["1"]


def test_versions_name_every_document_that_is_there_with_its_digest(engine):
    engine.put([document("1", version=3, digest="a" * 16), document("2", version=3), document("3", version=3)])
    engine.put([document("1", version=5, digest="b" * 16)])
    engine.delete("candidate", ["3"], version=4)
    assert set(engine.versions("candidate")) == {("1", 5, "b" * 16), ("2", 3, "")}
    assert set(engine.versions("job")) == set()


def test_hits_carry_the_lines_weights_and_words_of_their_documents(engine):
    first, second = document("a", "drive a fork-lift truck", "load lorries"), document("b", "cut hair")
    engine.put([second, first])
    hits = engine.search(query())
    assert hits.ids == ("a", "b")
    assert hits.total == 2
    for i, one in enumerate((first, second)):
        lines = hits.lines[hits.starts[i] : hits.starts[i + 1]]
        np.testing.assert_allclose(lines, one.lines, atol=2e-3)
        np.testing.assert_allclose(hits.profiles[i], one.profile, atol=2e-3)
        assert hits.terms[hits.term_starts[i] : hits.term_starts[i + 1]].tolist() == one.terms.tolist()
    assert hits.weights.tolist() == [1.0, 1.0, 1.0]


def test_a_document_without_lines_is_found_last(engine):
    empty = replace(
        document("a"),
        profile=np.zeros(DIMENSIONS, np.float32),
        lines=np.zeros((0, DIMENSIONS), np.float32),
        line_keys=(),
        weights=np.zeros(0, np.float32),
        terms=terms([]),
        text="",
    )
    engine.put([empty, document("b")])
    hits = engine.search(query())
    assert hits.ids == ("b", "a")
    assert hits.starts.tolist() == [0, 1, 1]


def test_number_filters(engine):
    engine.put(
        [document("none"), document("five", numbers={"closing": 5.0}), document("nine", numbers={"closing": 9.0})]
    )
    assert set(ids(engine, AtLeast("closing", 5))) == {"five", "nine"}
    assert set(ids(engine, AtLeast("closing", 6))) == {"nine"}
    assert set(ids(engine, AtLeast("closing", 6, or_missing=True))) == {"nine", "none"}
    assert set(ids(engine, AtMost("closing", 5))) == {"five"}
    assert set(ids(engine, AtMost("closing", 5, or_missing=True))) == {"five", "none"}


def test_keyword_filters(engine):
    engine.put(
        [document("1", keywords={"agency": frozenset({"x"})}), document("2", keywords={"agency": frozenset({"y"})})]
    )
    assert ids(engine, AnyOf("agency", frozenset({"x", "z"}))) == ["1"]
    assert ids(engine, AnyOf("agency", frozenset())) == []
    assert set(ids(engine, AnyOf("agency", frozenset({"x", "y"})))) == {"1", "2"}


def test_demands_are_met_group_by_group(engine):
    demands = frozenset({"lgv", "rtitb|itssar"})
    engine.put([document("both", keywords={"must_have": demands}), document("nothing asked")])
    assert ids(engine, AllMet(frozenset())) == ["nothing asked"]
    assert ids(engine, AllMet(frozenset({"lgv"}))) == ["nothing asked"]
    assert set(ids(engine, AllMet(frozenset({"lgv", "itssar", "cscs"})))) == {"both", "nothing asked"}


def test_distance_filters(engine):
    engine.put(
        [
            document("leeds", position=LEEDS, numbers={"travel": 1.0}),
            document("bradford", position=BRADFORD, numbers={"travel": 20.0}),
            document("near walker", position=BRADFORD, numbers={"travel": 5.0}),
            document("london", position=LONDON, numbers={"travel": 250.0}),
            document("nowhere", numbers={"travel": 500.0}),
            document("from home", keywords={"flags": frozenset({"anywhere"})}),
        ]
    )
    assert set(ids(engine, Within(*LEEDS, 15))) == {"leeds", "bradford", "near walker"}
    assert set(ids(engine, Within(*LEEDS, 2))) == {"leeds"}
    assert set(ids(engine, Within(*LEEDS))) == {"leeds", "bradford", "london"}
    assert set(ids(engine, Within(*LEEDS, 2, or_flag="anywhere"))) == {"leeds", "from home"}


def test_nothing_passes_nothing(engine):
    engine.put([document("1")])
    assert ids(engine, Nothing()) == []
    assert engine.count("candidate", (Nothing(),)) == 0


def test_filters_together_narrow(engine):
    engine.put(
        [
            document("1", position=LEEDS, keywords={"agency": frozenset({"x"})}),
            document("2", position=LONDON, keywords={"agency": frozenset({"x"})}),
        ]
    )
    filters = (Within(*LEEDS, 10), AnyOf("agency", frozenset({"x"})))
    assert ids(engine, *filters) == ["1"]
    assert engine.count("candidate", filters) == 1
    assert engine.count("candidate") == 2


def test_total_counts_beyond_the_limit(engine):
    engine.put([document(f"{number:03}") for number in range(30)])
    hits = engine.search(query(), limit=10)
    assert len(hits.ids) == 10
    assert hits.total == 30


def test_words_lift_what_the_vector_alone_leaves_out(engine):
    others = [document(f"other {number:02}", "drive a lorry", "load a van") for number in range(40)]
    engine.put([*others, document("named", "counterbalance ticket")])
    assert "named" not in engine.search(query("drive a lorry"), limit=10).ids
    assert "named" in engine.search(query("drive a lorry", words=("counterbalance",)), limit=10).ids


def test_words_that_mean_something_to_the_index_do_no_harm(engine):
    engine.put([document(f"{number:02}") for number in range(12)])
    hits = engine.search(query(words=('"', "NEAR(", "a*", "AND", "łódź", "💡")), limit=5)
    assert len(hits.ids) == 5


def test_other_processes_and_threads_see_what_was_put(engine, new_engine):
    other = new_engine()
    engine.put([document("1")])
    assert ids(other) == ["1"]
    other.put([document("2")])
    engine.delete("candidate", ["1"], version=1)
    assert ids(engine) == ids(other) == ["2"]


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


def test_a_batch_that_fails_is_not_half_there(engine):
    broken = replace(document("2"), line_keys=())  # fewer keys than lines
    with pytest.raises(DocumentRefused):
        engine.put([document("1"), broken])
    assert ids(engine) == []
    engine.put([document("3")])
    assert ids(engine) == ["3"]
