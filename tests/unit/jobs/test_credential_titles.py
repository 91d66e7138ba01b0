import pytest

from jobs.credential_titles import title_credentials
from jobs.credentials import credentials_by_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ward Manager", "nmc"),
        ("Registered General Nurse (RGN) - Nights", "nmc"),
        ("Community Midwife", "nmc"),
        ("Physiotherapist", "hcpc"),
        ("Senior Social Worker", "swe"),
        ("Locum Pharmacist", "gphc"),
        ("Dental Nurse", "gdc"),
        ("Veterinary Nurse", "rcvs"),
        ("Teacher of Maths", "qts"),
        ("Gas Engineer", "gas-safe"),
        ("Door Supervisor", "sia-door"),
        ("LGV Class 2 Driver", "driving-c"),
        ("HGV Class 1 Driver - Nights", "driving-ce"),
        ("Multi-drop delivery driver", "driving-b"),
    ],
)
def test_a_title_that_the_law_keeps_for_who_is_registered_or_licensed(title, slug):
    assert title_credentials(title) == {slug}
    assert slug in credentials_by_slug()


@pytest.mark.parametrize(
    "title",
    [
        "Nursery Nurse",
        "Nursing Home Cleaner",
        "Dental Receptionist",
        "Trainee Dental Nurse",
        "Social Work Assistant",
        "Teaching Assistant",
        "Pharmacy Assistant",
        "Trainee HGV Driver",
        "Driver's Mate",
        "Kitchen Porter",
        "Warehouse Operative",
        "Physiotherapy Assistant",
        "Doctor's Receptionist",
        "Guitar Teacher",
        "",
    ],
)
def test_a_title_beside_the_profession_asks_for_nothing(title):
    assert title_credentials(title) == frozenset()
