"""Adverts as they should not be: each is read as well as it can be, and what cannot be judged is said."""

import numpy as np
import pytest

from search.adverts import parse_advert
from search.adverts.doubts import Doubt, find_doubts, language_doubt
from search.embeddings import Embedder
from tests.unit.search.adverts.test_parsing import ADVERT, Memory

WELSH = (
    "Rydym yn chwilio am lanhawr i weithio yn ein swyddfa ym Mangor. Byddwch yn glanhau lloriau a ffenestri, ac yn "
    "gwagio biniau. Rhaid i chi fod yn ddibynadwy ac yn gallu gweithio gyda'r nos."
)
POLISH = (
    "Poszukujemy pracownika magazynu do pracy w Leeds. Do obowiązków należy rozładunek towaru, kompletowanie zamówień "
    "oraz utrzymanie porządku. Wymagane jest uprawnienie na wózek widłowy i chęć do pracy na zmiany."
)
SALAD = "Forklift driver. Counterbalance. Nights. Load trailers. Stack pallets. Check stock. £12.50 an hour."
THREE_JOBS = (
    "We are growing and need you.\nJob 1: Cleaner\nYou will mop floors and empty the bins.\n"
    "Job 2: Kitchen porter\nYou will wash up and peel vegetables.\nJob 3: Driver\nYou will deliver parcels by van."
)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (WELSH, Doubt.WELSH),
        (POLISH, Doubt.OTHER_LANGUAGE),
        (ADVERT, None),
        (ADVERT.upper(), None),
        (" ".join(ADVERT.replace(".", " ").replace("-", " ").split()), None),
        ("Cleaner wanted", None),  # too short to tell
    ],
)
def test_the_language_of_an_advert(text, doubt):
    assert language_doubt(text) == doubt


@pytest.mark.parametrize(("lines", "doubts"), [(0, (Doubt.NOTHING_FOUND,)), (1, (Doubt.FEW_LINES,)), (5, ())])
def test_an_advert_that_says_little_is_told_so(lines, doubts):
    assert find_doubts("Clean the office and the hall", lines, None, []) == doubts


def test_several_jobs_in_one_advert_are_told_apart_from_one():
    assert Doubt.SEVERAL_JOBS in find_doubts(THREE_JOBS, 6, None, [])
    assert Doubt.SEVERAL_JOBS not in find_doubts(ADVERT, 6, None, [])


def test_a_title_away_from_its_lines_is_doubted():
    lines, title = np.eye(4)[:3], np.eye(4)[3]
    assert find_doubts("Clean it", 3, -lines[0], lines) == (Doubt.TITLE_DISAGREES,)
    assert find_doubts("Clean it", 3, title + 0.1, lines) == ()


@pytest.mark.real_encoder
class TestWithTheRealEncoder:
    @pytest.fixture
    def plain(self):
        return parse_advert(ADVERT, embedder=Embedder(Memory()))

    @pytest.mark.parametrize(
        "text",
        [
            ADVERT.upper(),
            ADVERT.replace(".", "").replace(":", "").replace("- ", ""),
            " ".join(ADVERT.replace("\n-", " •").split()),
            ADVERT.replace("\n", "\\n"),
        ],
        ids=["capitals", "no punctuation", "one line", "lost line breaks"],
    )
    def test_the_same_advert_ill_written_gives_nearly_the_same(self, plain, text):
        parsed = parse_advert(text, embedder=Embedder(Memory()))
        asked = {(found.slug, found.status) for found in plain.credentials}
        assert {(found.slug, found.status) for found in parsed.credentials} == asked
        words = set(" ".join(line.text for line in plain.lines).lower().split())
        found = set(" ".join(line.text for line in parsed.lines).lower().split())
        assert len(words & found) >= 0.7 * len(words)
        assert "pension" not in found

    def test_a_salad_of_bullets_keeps_its_tasks(self):
        parsed = parse_advert(SALAD, embedder=Embedder(Memory()))
        text = " ".join(line.text for line in parsed.lines)
        assert "Load trailers" in text and "Stack pallets" in text
        assert "12.50" not in text

    def test_three_hundred_lines_are_read(self):
        text = "Duties:\n" + "\n".join(f"- Clean room number {n} and lock it again" for n in range(300))
        assert len(parse_advert(text, title="Cleaner", embedder=Embedder(Memory())).lines) >= 290

    def test_a_title_that_lies_is_doubted_and_one_that_does_not_is_not(self):
        embedder = Embedder(Memory())
        assert Doubt.TITLE_DISAGREES not in parse_advert(ADVERT, embedder=embedder).doubts
        assert Doubt.TITLE_DISAGREES in parse_advert(ADVERT, title="Dental nurse", embedder=embedder).doubts
