"""A match in one word: strong, some, or not yet. What the words promise was measured on pairs read one by one.

`manage.py fit_bands` chooses the two scores between them: of the strong ones at least 85 in 100 were worth putting
forward, of the "not yet" ones at most 10; docs/matching.md shows how it held for people who had no say in the choice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).parent / "reference" / "fits.json"


class Fit(TextChoices):
    STRONG = "strong", _("Strong fit")
    SOME = "some", _("Some fit")
    NOT_YET = "not_yet", _("Not yet")


@dataclass(frozen=True)
class Limits:
    """Scores: `strong` and above is strong, below `some` is not yet."""

    some: float
    strong: float

    def fit_of(self, score: float) -> Fit:
        return Fit.STRONG if score >= self.strong else Fit.SOME if score >= self.some else Fit.NOT_YET


@cache
def shipped_limits() -> Limits:
    return Limits(**json.loads(FILE.read_text(encoding="utf-8")))
