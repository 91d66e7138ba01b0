import pytest

from jobs.credential_history import HISTORY, MACHINES, implied_credentials, machines_asked, machines_named
from jobs.credentials import credentials_by_slug, load_vocabulary


@pytest.mark.parametrize(
    ("work", "licence"),
    [
        ("multi-drop delivery driver", "driving-b"),
        ("I drove a van for a bakery", "driving-b"),
        ("driving to customers", "driving-b"),
        ("courier", "driving-b"),
        ("road test vehicles to check repairs", "driving-b"),
        ("HGV driver, nights", "driving-c"),
        ("driving lorries up and down the M62", "driving-c"),
        ("class 1 driver", "driving-ce"),
        ("7.5 tonne driver", "driving-c1"),
        ("fork-lift operator", "forklift"),
        ("FLT driver", "forklift"),
        ("bus driver", "driving-d"),
    ],
)
def test_work_that_needs_a_licence_implies_it(work, licence):
    assert licence in implied_credentials(work)
    assert licence in credentials_by_slug()


@pytest.mark.parametrize(
    "work",
    [
        "tractor driver",
        "drive sales",
        "train driver",
        "pile driving",
        "kitchen porter",
        "screwdriver",
        "forklift mechanic",
        "labelling orders for the courier",
        "loading parcels for the drivers",
    ],
)
def test_other_work_implies_nothing(work):
    assert implied_credentials(work) == frozenset()


def test_what_work_and_machines_ask_for_is_in_the_vocabulary():
    known = {entry.slug for entry in load_vocabulary()}
    assert {slug for slug, *_patterns in (*HISTORY, *MACHINES)} <= known


def test_a_digger_is_worked_with_either_ticket_and_a_hand_pallet_truck_with_none():
    assert machines_asked("Dig footings with a mini digger") == {"180-excavator", "360-excavator"}
    assert machines_asked("Move stock with a hand pallet truck") == frozenset()


SCAFFOLDER = {"cisrs", "cisrs-labourer"}


@pytest.mark.parametrize(
    ("work", "machines"),
    [
        ("Operate tower cranes on city sites", {"crane"}),
        ("Operate hoists and overhead travelling cranes", {"crane"}),
        ("Sling loads for the crane and give signals to the crane operator", set()),
        ("Drive safely near cranes", set()),
        ("Work from a cherry picker to fix gutters", {"ipaf"}),
        ("Use MEWPs at height", {"ipaf"}),
        ("Repair scissor lifts", set()),
        ("Put up scaffolding to drawings", SCAFFOLDER),
        ("Erect and dismantle tube and fitting scaffolds", SCAFFOLDER),
        ("Erect tower scaffold", set()),
        ("Lay bricks from ladders and scaffolds", set()),
        ("Build walls from scaffolding", set()),
        ("Take bricks up the scaffold", set()),
        ("Gets on with labourers, scaffolders and the forklift driver", {"forklift"}),
        ("Compact sub-base with a ride-on roller", {"roller"}),
        ("Fit roller shutters", set()),
        ("Paint walls with brush and roller", set()),
        ("Load bricks with a Hiab", {"hiab"}),
        ("Operate a lorry mounted crane", {"crane", "hiab"}),
        ("Pick cherries", set()),
    ],
)
def test_the_machines_that_a_job_asks_somebody_to_work(work, machines):
    assert machines_asked(work) == machines


@pytest.mark.parametrize(
    ("line", "machines"),
    [
        ("drove a crane", {"crane"}),
        ("struck scaffold on city jobs", SCAFFOLDER),
        ("scaffolder (job before custody)", SCAFFOLDER),
        ("working from mewps", {"ipaf"}),
        ("laying bricks", set()),
    ],
)
def test_a_record_names_a_machine_by_any_mention(line, machines):
    assert machines_named(line) == machines
