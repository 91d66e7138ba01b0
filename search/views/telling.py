"""What a ranking says to the person themselves: one idea a sentence, "you", and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from candidates.forms import in_own_words
from candidates.models import Candidate, Evidence
from jobs.credentials import credentials_by_slug
from jobs.models import Course, Job
from search.bands import CLEAR, NONE
from search.documents import WORK, candidate_document, job_document
from search.gaps import Offer, course_offers, credential_offers
from search.matching import Match, Reason
from search.overview import Step
from search.rules import Stop, missing_must_haves, ran_out
from search.services import Ranked
from search.templatetags.matching_words import lasting

MOST_REASONS, MOST_GAPS = 3, 3
WORK_KINDS = {*WORK, *Evidence.LASTING}  # of which one says how long one did it
LONGEST_WAY = 40  # characters: the way to a card is told in full up to here, and left to the adviser beyond


@dataclass(frozen=True)
class Told:
    """One line with a mark: the sentence, and what they ask for or what to do."""

    band: str
    text: str
    more: str = ""


@dataclass(frozen=True)
class Opening:
    job: Job
    distance_miles: float | None
    records_asked: str
    fits: tuple[Told, ...]
    missing: tuple[Told, ...]

    @property
    def may_be_done_already(self) -> bool:
        """Something is missing for which nobody has a step to offer: perhaps the story only does not say it yet."""
        return any(not line.more for line in self.missing)


def opening(ranked: Ranked) -> Opening:
    return Opening(
        ranked.row,
        ranked.distance_miles,
        records_asked(ranked.row),
        tuple(fitting(ranked.match)),
        tuple(lacking(ranked.match)),
    )


def records_asked(job: Job) -> str:
    """When the employer asks about a person's past; the pledges are read already."""
    current = [pledge for pledge in job.employer.pledges.all() if pledge.is_current]
    return max(current, key=lambda pledge: pledge.review_date).records_asked if current else ""


def fitting(match: Match) -> list[Told]:
    """The best reasons, clear ones first, each line of evidence once."""
    told: dict[tuple[str, bool], Told] = {}
    for reason in sorted(match.reasons, key=lambda reason: (reason.band != CLEAR, not reason.needs_check)):
        asked = _("They ask for: %(line)s") % {"line": short(reason.requirement.text)}
        told.setdefault((reason.evidence.text, reason.needs_check), Told(reason.band, said_of(reason), asked))
    return list(told.values())[:MOST_REASONS]


def said_of(reason: Reason) -> str:
    """ "You have: fork-lift card. It lasts until 3 May 2028." """
    line = reason.evidence
    text = in_own_words(line.kind, line.text).rstrip(". ")
    if text.startswith(("I ", "I'", "I’")):
        sentence = _("You told us: “%(line)s.”")
    else:
        sentence = _sentence(line.kind)
    told = sentence % {"line": text}
    if line.expires:
        lasts = _("It lasts until %(day)s.") if line.is_valid(timezone.localdate()) else _("It ran out on %(day)s.")
        told += " " + lasts % {"day": date_format(line.expires, "j F Y")}
    if reason.is_too_short and line.kind in WORK_KINDS:
        asked = {"length": lasting(reason.asked_months)}
        told += " " + (
            _("They ask for %(length)s.") % asked
            if reason.shown_months
            else _("They ask for %(length)s. Write in your story when you did it.") % asked
        )
    if reason.needs_check:
        told += " " + _("You drove for work. Take your licence with you.")
    return told


def _sentence(kind: str) -> str:
    return {
        Evidence.Kind.SKILL: _("You can do this: %(line)s."),
        Evidence.Kind.QUALIFICATION: _("You passed: %(line)s."),
        Evidence.Kind.LICENCE: _("You have: %(line)s."),
        Evidence.Kind.PLACEMENT: _("You did this on day release: %(line)s."),
        Evidence.Kind.ROLE: _("You did this job: %(line)s."),
        Evidence.Kind.PRISON_WORK: _("You did this work in prison: %(line)s."),
        Evidence.Kind.PERSONAL: _("You said this about you: %(line)s."),
    }[Evidence.Kind(kind)]


def lacking(match: Match) -> list[Told]:
    gaps = sorted(match.gaps, key=lambda reason: not reason.requirement.is_essential)
    return [Told(NONE, short(gap.requirement.text), next_step(gap)) for gap in gaps[:MOST_GAPS]]


def next_step(gap: Reason) -> str:
    if gap.requirement.is_training_given:
        return _("They train you for this.")
    if offer := ways_to_cards().get(gap.how_to_close):
        return f"{offer.title}. {way_to(offer.way)}"
    if gap.how_to_close:
        return gap.how_to_close
    if gap.asked_age:
        return _("You must be %(age)d or over.") % {"age": gap.asked_age}
    return "" if gap.requirement.is_essential else _("You do not need this. It helps.")


@cache
def ways_to_cards() -> dict[str, Offer]:
    """The offers of the vocabulary by what they advise."""
    return {offer.advice: offer for offer in credential_offers()}


def way_to(how_to_get: str) -> str:
    """How to get a card, if that takes few words."""
    return how_to_get if 0 < len(how_to_get) <= LONGEST_WAY else _("Ask your adviser how to get it.")


def courses_for(candidate: Candidate) -> list[Offer]:
    """The courses that start in the person's own prison and award something, soonest first."""
    own = Course.objects.upcoming().filter(academy__prison=candidate.prison_id, credential__isnull=False)
    return course_offers(own.select_related("academy__prison"), timezone.localdate())


def step_told(step: Step) -> str:
    """ "Site card. Next course: Site card week, 9 January 2027, HMP Leeds. Ask your adviser about it." """
    names = _(" or ").join(credential.name for credential in step.credentials)
    if step.course is None:
        way = way_to(step.how_to_get)
        return f"{names}. {way}"
    course = _("Next course: %(course)s, %(day)s, %(where)s.") % {
        "course": step.course.title,
        "day": date_format(step.course.next_start_date, "j F Y"),
        "where": step.course.academy.prison.name,
    }
    return f"{names}. {course} " + _("Ask your adviser about it.")


def stopped(ranked: Ranked, candidate: Candidate, courses: Sequence[Offer] = ()) -> list[Told]:
    """Why this job cannot be theirs yet: what is in the way, and what to do."""
    told = [one for stop in ranked.match.stops for one in _stop(stop, ranked, candidate, courses)]
    return told or [Told("stop", str(stop)) for stop in ranked.match.stops]


def _stop(stop: Stop, ranked: Ranked, candidate: Candidate, courses: Sequence[Offer]) -> list[Told]:
    if stop.rule == "too_far":
        return [_too_far(ranked, candidate)]
    if stop.rule == "not_available":
        return [_not_available(ranked.row, candidate)]
    if stop.rule == "must_have_missing":
        return _must_haves(ranked.row, candidate, courses)
    return []


def _too_far(ranked: Ranked, candidate: Candidate) -> Told:
    if candidate.home_outcode is None:
        return Told("stop", _("We do not know where you will live."), _("Add it to your story."))
    if ranked.distance_miles is None:
        return Told("stop", _("The job does not say where it is."), _("Ask your adviser."))
    far, limit = round(ranked.distance_miles), candidate.travel_miles
    text = _("It is %(far)d miles from your home. You said you can travel %(limit)d miles.")
    is_worth_asking = far <= 2 * limit  # nobody is asked whether they can travel across the country
    more = _("Can you travel further? Change it in your story.") if is_worth_asking else ""
    return Told("stop", text % {"far": far, "limit": limit}, more)


def _not_available(job: Job, candidate: Candidate) -> Told:
    if candidate.available_from is None:
        return Told("stop", _("We do not know when you can start."), _("Add the day to your story."))
    text = _("It starts on %(start)s. You can start on %(ready)s.") % {
        "start": date_format(job.start_date, "j F Y"),
        "ready": date_format(candidate.available_from, "j F Y"),
    }
    return Told("stop", text, _("Ask your adviser if they can wait for you."))


def _must_haves(job: Job, candidate: Candidate, courses: Sequence[Offer]) -> list[Told]:
    known, told = credentials_by_slug(), []
    record = candidate_document(candidate, timezone.localdate())
    for line in missing_must_haves(job_document(job), record):
        entries = [known[slug] for slug in sorted(line.credentials) if slug in known]
        names = _(" or ").join(entry.name for entry in entries) or short(line.text)
        course = next((offer.advice for offer in courses if offer.credentials & line.credentials), "")
        how = course or way_to(next((entry.how_to_get for entry in entries if entry.how_to_get), ""))
        text = _("You need: %(names)s.") % {"names": names}
        if ended := ran_out(line, record):
            text += " " + _("Yours ran out on %(day)s.") % {"day": date_format(ended, "j F Y")}
        told.append(Told("stop", text, how))
    return told


def short(text: str) -> str:
    return Truncator(text).words(24)
