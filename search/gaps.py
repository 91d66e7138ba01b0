"""What would close a gap: the course or credential of the catalogue, with a date and a place where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.credentials import load_vocabulary
from jobs.minimums import age_asked
from jobs.models import Course
from search.bands import NONE
from search.documents import JobDocument, Requirement
from search.embeddings import DIMENSIONS, Embedder
from search.matching import Reason

# How near a catalogue title must be to a requirement before it is offered: a wrong course is worse than none.
NEAR_ENOUGH = 0.55


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a person can do: a course with a date, or the way to a credential."""

    title: str
    advice: str
    credentials: frozenset[str] = frozenset()
    way: str = ""  # how to get the credential, without its name


@dataclass(frozen=True)
class Catalogue:
    """Offers with the vectors of their titles, shape (offers, dimensions); the first that serves is taken."""

    offers: tuple[Offer, ...] = ()
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, DIMENSIONS), np.float32))

    def close(self, requirement: Requirement, vector: np.ndarray) -> str:
        """What would close this gap, or "" if the catalogue holds nothing for it."""
        for offer in self.offers:
            if offer.credentials & requirement.credentials:
                return offer.advice
        if not self.offers or requirement.credentials or age_asked(requirement.text):
            return ""
        likeness = self.vectors @ vector
        best = int(likeness.argmax())
        return self.offers[best].advice if likeness[best] >= NEAR_ENOUGH else ""

    def advise(self, job: JobDocument, vectors: np.ndarray, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        """The reasons with the way to close each gap. vectors: those of `job.phrases()`."""
        return tuple(
            replace(reason, how_to_close=self.close(reason.requirement, vector)) if reason.band == NONE else reason
            for reason, vector in zip(reasons, vectors[1 : 1 + len(reasons)], strict=True)
        )


@cache
def credential_offers() -> tuple[Offer, ...]:
    """The way to every credential of the vocabulary that has one."""
    return tuple(
        Offer(entry.name, f"{entry.name}: {entry.how_to_get}", frozenset({entry.slug}), entry.how_to_get)
        for entry in load_vocabulary()
        if entry.how_to_get
    )


def course_offers(courses: Iterable[Course], on: date) -> list[Offer]:
    """Courses that start on or after the day, soonest first."""
    offers = []
    for course in sorted(courses, key=lambda course: (course.next_start_date or date.max, course.pk)):
        if course.next_start_date is None or course.next_start_date < on or course.places < 1:
            continue
        places = ngettext("%(n)d place", "%(n)d places", course.places) % {"n": course.places}
        advice = _("%(course)s: starts %(day)s at %(where)s, %(places)s.") % {
            "course": course.title,
            "day": date_format(course.next_start_date, "j F Y"),
            "where": course.academy.prison.name,
            "places": places,
        }
        offers.append(Offer(course.title, advice, frozenset({course.credential_id} if course.credential_id else ())))
    return offers


def catalogue(offers: Sequence[Offer], embedder: Embedder) -> Catalogue:
    return Catalogue(tuple(offers), embedder.vectors([offer.title for offer in offers]))
