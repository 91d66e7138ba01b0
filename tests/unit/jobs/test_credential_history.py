import pytest

from jobs.credential_history import implied_credentials
from jobs.credentials import credentials_by_slug


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
