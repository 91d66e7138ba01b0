import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.rows import MAX_ADVERT
from search.adverts import parse_advert
from search.adverts.classifying import shipped_chain
from search.adverts.cutting import cut
from search.adverts.parsing import advert_credentials, lines_from
from search.embeddings import Embedder
from search.errors import AdvertTooLong
from tests.fake_encoder import FakeEncoder


class Memory(dict):
    """A phrase store that forgets."""

    def get(self, keys):
        return {key: self[key] for key in keys if key in self}

    def add(self, vectors):
        self.update(vectors)


EMBEDDER = Embedder(Memory(), FakeEncoder())

ADVERT = """Job title: Grounds Worker
About us
We are a proud family firm founded in 1990.
Duties:
- To cut grass and hedges across the estate
- To maintain mowers and hand tools
- To report faults to the line manager
You must have:
- Full UK driving licence
- Experience of working outdoors
- Chainsaw certificate is desirable
Benefits
- 28 days holiday and a pension
Apply now by sending your CV."""


def check(parsed, advert):
    at = 0
    for line in parsed.lines:
        assert at <= line.start < line.end <= len(advert)
        assert line.text and line.kind in ("task", "skill", "credential", "experience")
        assert isinstance(line.essential, bool)
        at = line.end
    at = 0
    for found in parsed.credentials:
        assert at <= found.start < found.end <= len(advert)
        assert found.status in ("must", "nice", "training", "not_needed", "about")
        assert advert[found.start : found.end] == found.text
        at = found.end


@pytest.mark.real_encoder
def test_parse_keeps_duties_and_needs_and_leaves_out_the_rest():
    parsed = parse_advert(ADVERT, embedder=Embedder(Memory()))
    check(parsed, ADVERT)
    kept = {line.text for line in parsed.lines}
    assert {"To cut grass and hedges across the estate", "Full UK driving licence"} <= kept
    assert not kept & {"28 days holiday and a pension", "Apply now by sending your CV.", "Duties:"}
    assert parsed.title == "Grounds Worker"
    assert {(found.slug, found.status) for found in parsed.credentials} == {("driving-b", "must"), ("chainsaw", "nice")}


@pytest.mark.real_encoder
def test_a_pitch_takes_no_duty_along_and_headings_are_no_lines():
    advert = (
        "About us: We are a friendly family firm with 30 years' experience.\n"
        "You will clean offices and washrooms, empty bins and mop floors.\n"
        "What you need\nYou must have experience of commercial cleaning."
    )
    kept = [line.text for line in parse_advert(advert, embedder=Embedder(Memory())).lines]
    assert kept == [
        "You will clean offices and washrooms, empty bins and mop floors.",
        "You must have experience of commercial cleaning.",
    ]


def test_a_heading_is_no_line_whatever_the_weights_say():
    pieces = cut("What you need\n- Works hard")
    assert [line.text for line in lines_from(pieces, ["NEED", "NEED"], ())] == ["Works hard"]


def test_kinds_and_essential():
    advert = "Sweep floors\nFull driving licence\nChainsaw ticket desirable\nExperience of mowing\nA good listener"
    pieces = cut(advert)
    lines = lines_from(pieces, ["TASK", "NEED", "NEED", "NEED", "NEED"], advert_credentials(advert))
    assert [line.kind for line in lines] == ["task", "credential", "credential", "experience", "skill"]
    assert [line.essential for line in lines] == [True, True, False, True, True]


def test_a_desirable_heading_holds_until_the_next_heading():
    pieces = cut("Desirable:\n- Knows plants\nEssential:\n- Works hard")
    lines = lines_from(pieces, ["OTHER", "NEED", "OTHER", "NEED"], ())
    assert [line.essential for line in lines] == [False, True]


def test_title_given_is_kept():
    assert parse_advert("Sweep floors.", title="<b>Cleaner</b>", embedder=EMBEDDER).title == "Cleaner"


@pytest.mark.parametrize(
    "advert",
    [
        "",
        "\\n\\n",
        "🧹🪣",
        "ONE LINE IN CAPITALS WITHOUT ANY STOP",
        "Zamiatać podłogi i myć okna.\nWymagane prawo jazdy kat. B.",
        "<div><ul>" + "<li>Mow the grass</li>" * 300 + "</ul></div>",
        "mow rake sweep wash " * 400,
        "\n".join(f"- Do task number {number}" for number in range(300)),
    ],
)
def test_odd_adverts(advert):
    check(parse_advert(advert, embedder=EMBEDDER), advert)


def test_an_advert_that_is_too_long_is_refused_with_the_limit():
    with pytest.raises(AdvertTooLong, match="100,000"):
        parse_advert("a" * (MAX_ADVERT + 1), embedder=EMBEDDER)


def test_shipped_weights_are_numbers():
    chain = shipped_chain()
    for part in (chain.weights, chain.bias, chain.follows):
        assert abs(part).max() < 1e3


PARTS = st.sampled_from(
    [
        "Duties:",
        "\\n",
        "\n",
        "•",
        "<li>",
        "&amp;",
        "CSCS card",
        " desirable",
        "Mow the grass. ",
        "You must have ",
        "£12",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(PARTS, st.text(max_size=15)), max_size=25).map("".join))
def test_any_text_gives_lines_in_order_inside_it(advert):
    check(parse_advert(advert, embedder=EMBEDDER), advert)
