import pytest

from search.adverts.cutting import cut
from search.adverts.titles import find_title


@pytest.mark.parametrize(
    ("advert", "title"),
    [
        ("Job Title: Warehouse Operative\nDuties", "Warehouse Operative"),
        ("Position:\nBarber\nAbout us", "Barber"),
        ("Kitchen Porter\nWe need help in our kitchen.", "Kitchen Porter"),
        ("We are recruiting for an experienced Forklift Driver to join us.", "Forklift Driver"),
        ("About us\nwe sell shoes.", ""),
        ("", ""),
    ],
)
def test_find_title(advert, title):
    assert find_title(cut(advert)) == title
