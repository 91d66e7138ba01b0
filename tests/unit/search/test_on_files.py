import pytest

from search.adverts import AdvertCredential, AdvertLine, ParsedAdvert
from search.documents import JobDocument
from search.on_files import requirements_of_advert, requirements_of_statements


def credentials_of(statement):
    [line] = requirements_of_statements([statement])
    return set(line.credentials)


@pytest.mark.parametrize(
    "statement",
    [
        "Relay messages to the registered nurse on duty",
        "Drive members of staff between sites",
        "Store and hand out materials",
    ],
)
def test_a_task_that_names_a_ticket_asks_for_none(statement):
    assert credentials_of(statement) == set()


def test_a_demand_names_what_it_asks_for():
    assert credentials_of("Must hold a counterbalance forklift licence") == {"forklift-counterbalance"}


def test_the_same_ticket_said_twice_is_the_more_particular_one():
    assert credentials_of("Must hold a counterbalance forklift licence (RTITB or ITSSAR)") == {
        "forklift-counterbalance"
    }


def test_a_choice_keeps_both():
    assert {"driving-c", "driving-ce"} <= credentials_of("You must hold a category C licence or a C+E licence")


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("Must have a driving licence and a CSCS labourer card", [{"driving-b"}, {"cscs-green"}]),
        ("Must have a driving licence, a CSCS labourer card and emergency first aid at work", 3),
        ("Must have a driving licence or a CSCS labourer card", [{"driving-b", "cscs-green"}]),
        ("Must hold one of: driving licence, CSCS labourer card and PTS", 1),
        ("Must hold a ticket, such as CSCS labourer and PTS", 1),
        ("Must hold a CSCS labourer card / PTS", 1),
        ("Must hold a counterbalance licence and a reach truck licence", 2),
    ],
)
def test_two_things_asked_for_together_are_two_must_haves(statement, wanted):
    [line] = requirements_of_statements([statement])
    document = JobDocument("1", "Driver", (line,))
    groups = [set(must.credentials) for must in document.must_haves]
    assert len(groups) == wanted if isinstance(wanted, int) else groups == wanted


def advert(text, lines, credentials, title="Loader"):
    found = [
        AdvertCredential(text.index(part), text.index(part) + len(part), slug, "card", part, status)
        for part, slug, status in credentials
    ]
    cut = [AdvertLine(part, text.index(part), text.index(part) + len(part), "skill", True) for part in lines]
    return ParsedAdvert(title, tuple(cut), tuple(found), text)


def test_a_credential_belongs_to_the_line_it_stands_in():
    text = "Load the lorry. You need a CSCS card. We train you for PTS."
    [load, card, training] = requirements_of_advert(
        advert(
            text,
            ["Load the lorry", "You need a CSCS card", "We train you for PTS"],
            [("CSCS card", "cscs-labourer", "must"), ("PTS", "pts", "training")],
        )
    )
    assert (load.credentials, load.is_must_have) == (frozenset(), False)
    assert (card.credentials, card.is_must_have) == (frozenset({"cscs-labourer"}), True)
    assert (training.credentials, training.is_training_given, training.is_must_have) == ({"pts"}, True, False)


def test_a_must_that_stands_outside_every_line_is_a_line_of_its_own():
    text = "Load the lorry. About us: we are kind. Category C licence."
    lines = requirements_of_advert(
        advert(text, ["Load the lorry"], [("Category C licence", "driving-c", "must"), ("kind", "x", "about")])
    )
    assert [(line.text, line.kind) for line in lines] == [
        ("Load the lorry", "skill"),
        ("Category C licence", "credential"),
    ]


@pytest.mark.parametrize(
    ("credentials", "stopping"),
    [
        ([], [{"driving-ce"}]),
        ([("We train you for HGV 1", "driving-ce", "training")], []),
        ([("No licence needed", "driving-ce", "not_needed")], []),
        ([("CSCS card", "cscs-green", "must")], [{"cscs-green"}, {"driving-ce"}]),
    ],
)
def test_what_the_title_asks_for_stands_where_the_text_is_silent(credentials, stopping):
    text = "Deliver steel. We train you for HGV 1. No licence needed. CSCS card."
    job = JobDocument("1", "", tuple(requirements_of_advert(advert(text, [], credentials, title="HGV Class 1 Driver"))))
    assert [set(must.credentials) for must in job.must_haves] == stopping
