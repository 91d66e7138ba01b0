"""What every engine must do when it is asked and written to. A new engine is one more line in engines.ENGINES."""

from dataclasses import replace

import numpy as np
import pytest

from search.embeddings import DIMENSIONS
from search.engines.base import AllMet, AnyOf, AtLeast, AtMost, Nothing, Within
from search.errors import DocumentRefused
from search.words import terms
from tests.engines.engines import BRADFORD, LEEDS, LONDON, document, ids, query


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


def test_how_many_pass_the_scope_is_counted_in_the_same_answer(engine):
    here, there = (AnyOf("agency", frozenset({name})) for name in ("here", "there"))
    engine.put(
        [
            document("1", position=LEEDS, numbers={"travel": 5.0}, keywords={"agency": here.values}),
            document("2", position=LONDON, numbers={"travel": 5.0}, keywords={"agency": here.values}),
            document("3", position=LEEDS, numbers={"travel": 5.0}, keywords={"agency": there.values}),
        ]
    )
    asked = query("drive a fork-lift truck", Within(*LEEDS), here)
    counted = [engine.search(replace(asked, scope=scope)) for scope in (None, (here,), ())]
    assert [(hits.total, hits.in_scope) for hits in counted] == [(1, 0), (1, 2), (1, 3)]


def test_a_value_that_nobody_had_before_is_found_at_once(engine):
    wanted, held = Within(*LEEDS), AllMet(frozenset({"cscs"}))
    engine.put([document("1", position=LEEDS, numbers={"travel": 5.0})])
    assert ids(engine, wanted) == ids(engine, held) == ["1"]
    engine.put(
        [
            document("2", position=BRADFORD, numbers={"travel": 17.0}),
            document("3", keywords={"must_have": frozenset({"forklift"})}),
        ]
    )
    assert ids(engine, wanted) == ["1", "2"]
    assert ids(engine, held) == ["1", "2"]
    engine.delete("candidate", ["1"], version=1)
    assert ids(engine, wanted) == ["2"]


def test_total_counts_beyond_the_limit(engine):
    engine.put([document(f"{number:03}") for number in range(30)])
    hits = engine.search(query(), limit=10)
    assert len(hits.ids) == 10
    assert hits.total == 30


def test_words_decide_among_the_nearly_near(engine):
    others = [document(f"other {number:02}", "drive a lorry", "load a van") for number in range(40)]
    named = replace(
        document("with it", "drive a lorry", "load a van"), text="counterbalance", terms=terms(["counterbalance"])
    )
    engine.put([*others, named])
    assert engine.search(query("drive a lorry"), limit=10).ids[0] == "other 00"
    assert engine.search(query("drive a lorry", words=("counterbalance", "unheard")), limit=10).ids[0] == "with it"


def test_words_alone_find_where_there_is_no_vector(engine):
    engine.put([document("a", "cut hair"), document("b", "sweep floors"), document("c", "cut hedges and hair")])
    blind = replace(query(words=("hair", "hedges")), profile=np.zeros(DIMENSIONS, np.float32))
    assert engine.search(blind).ids == ("c", "a", "b")


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


def test_a_batch_that_fails_is_not_half_there(engine):
    broken = replace(document("2"), line_keys=())  # fewer keys than lines
    with pytest.raises(DocumentRefused):
        engine.put([document("1"), broken])
    assert ids(engine) == []
    engine.put([document("3")])
    assert ids(engine) == ["3"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"profile": np.ones(12, np.float32)}, "12 numbers, and 384"),
        ({"lines": np.ones((1, 12), np.float32)}, "1 lines"),
        ({"profile": np.full(DIMENSIONS, np.nan, np.float32)}, "no number"),
        ({"text": "word " * 4_000_000}, "too long"),
        ({"kind": "employer"}, "kind"),
    ],
)
def test_a_document_that_cannot_be_kept_is_refused_by_name(engine, wrong, said):
    with pytest.raises(DocumentRefused, match=said) as refused:
        engine.put([document("1"), replace(document("no 2"), **wrong)])
    assert "no 2" in str(refused.value)
    assert engine.count("candidate") == 0


def test_a_query_of_any_length_is_answered(engine):
    engine.put([document("1")])
    long = tuple(f"word{number}" for number in range(20_000))
    assert engine.search(query(words=long)).ids == ("1",)
    assert engine.search(query(words=("x" * 100_000,))).ids == ("1",)


def test_versions_and_digests_come_back(engine):
    engine.put([replace(document("1", version=7), digest="00ff"), document("2", version=8)])
    engine.delete("candidate", ["2"], version=9)
    assert list(engine.versions("candidate")) == [("1", 7, "00ff")]
    assert list(engine.versions("job")) == []
