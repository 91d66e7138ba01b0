"""The hard rules: who is stopped, and why, in words. Rules filter; they never touch a score.

Each rule says the same thing twice: as engine filters, so that whoever is stopped is never fetched, and as a check of
one pair, which gives the reason. A test holds the two together. A rule that cannot be evaluated stops the match and
says what is missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.places import distance_miles
from jobs.credentials import credential_name
from search.documents import CandidateDocument, JobDocument, Requirement
from search.engines.base import AllMet, AnyOf, AtLeast, AtMost, Filter, Nothing, Within

ANYWHERE, PUBLISHED, RELEASED = "anywhere", "published", "released"  # values of the keyword field `flags`


@dataclass(frozen=True, slots=True)
class Stop:
    """A rule that stops a match: its name and the reason, written for an adviser."""

    rule: str
    reason: str

    def __str__(self) -> str:
        return self.reason


class Rule(ABC):
    name: str

    @abstractmethod
    def stop(self, job: JobDocument, candidate: CandidateDocument, on: date) -> Stop | None:
        """Why these two cannot be matched on that day, or None."""

    @abstractmethod
    def on_candidates(self, job: JobDocument, on: date) -> Iterable[Filter]:
        """Filters that leave the candidates whom the rule does not stop for this job."""

    @abstractmethod
    def on_jobs(self, candidate: CandidateDocument, on: date) -> Iterable[Filter]:
        """Filters that leave the jobs from which the rule does not stop this candidate."""

    def because(self, reason: str) -> Stop:
        return Stop(self.name, reason)


class JobRule(Rule):
    """A rule about the job alone: it stops everybody or nobody."""

    @abstractmethod
    def stop_job(self, job: JobDocument, on: date) -> Stop | None: ...

    def stop(self, job: JobDocument, candidate: CandidateDocument, on: date) -> Stop | None:
        return self.stop_job(job, on)

    def on_candidates(self, job: JobDocument, on: date) -> Iterable[Filter]:
        return [Nothing()] if self.stop_job(job, on) else []


class Unpublished(JobRule):
    name = "unpublished"

    def stop_job(self, job, on):
        return None if job.is_published else self.because(_("The job is not published."))

    def on_jobs(self, candidate, on):
        return [AnyOf("flags", frozenset({PUBLISHED}))]


class Closed(JobRule):
    name = "closed"

    def stop_job(self, job, on):
        if job.closing_date is None or job.closing_date >= on:
            return None
        return self.because(_("The job closed on %(day)s.") % {"day": date_format(job.closing_date, "j F Y")})

    def on_jobs(self, candidate, on):
        return [AtLeast("closing", on.toordinal(), or_missing=True)]


class PledgeLapsed(JobRule):
    name = "pledge_lapsed"

    def stop_job(self, job, on):
        if job.pledge_until is None:
            return self.because(_("The employer has no accepted pledge to ban the box."))
        if job.pledge_until < on:
            day = date_format(job.pledge_until, "j F Y")
            return self.because(_("The employer's pledge to ban the box ran out on %(day)s.") % {"day": day})
        return None

    def on_jobs(self, candidate, on):
        return [AtLeast("pledge_until", on.toordinal())]


class NotReleased(Rule):
    name = "not_released"

    def stop(self, job, candidate, on):
        if candidate.is_released:
            return None
        return self.because(_("The candidate has not yet said yes to being shown to employers."))

    def on_candidates(self, job, on):
        return [AnyOf("flags", frozenset({RELEASED}))]

    def on_jobs(self, candidate, on):
        return []  # a person may always look at jobs for themselves


@dataclass(frozen=True)
class TooFar(Rule):
    """Further than the candidate can travel, or than `miles` where that is given."""

    miles: float | None = None
    name = "too_far"

    def stop(self, job, candidate, on):
        if job.is_anywhere:
            return None
        if job.position is None:
            return self.because(_("The job does not say where it is. Ask the employer for its postcode district."))
        if candidate.position is None:
            return self.because(_("We do not know where the candidate will live. Add a home postcode district."))
        limit = self.miles if self.miles is not None else candidate.travel_miles
        if limit is None:
            return self.because(_("We do not know how far the candidate can travel. Add a distance in miles."))
        far = distance_miles(*job.position, *candidate.position)
        if far <= limit:
            return None
        return self.because(
            _("The job is %(far)d miles from home, and the limit is %(limit)d.") % {"far": round(far), "limit": limit}
        )

    def on_candidates(self, job, on):
        if job.is_anywhere:
            return []
        return [Within(*job.position, self.miles)] if job.position else [Nothing()]

    def on_jobs(self, candidate, on):
        limit = self.miles if self.miles is not None else candidate.travel_miles
        if candidate.position is None or limit is None:
            return [AnyOf("flags", frozenset({ANYWHERE}))]
        return [Within(*candidate.position, limit, or_flag=ANYWHERE)]


class NotAvailable(Rule):
    """Cannot start when the job does. A job without a start date takes people when they come."""

    name = "not_available"

    def stop(self, job, candidate, on):
        if job.start_date is None:
            return None
        if candidate.available_from is None:
            return self.because(_("We do not know when the candidate can start. Add a date."))
        if candidate.available_from <= max(job.start_date, on):
            return None
        return self.because(
            _("The job starts on %(start)s, and the candidate can start on %(ready)s.")
            % {"start": date_format(job.start_date, "j F Y"), "ready": date_format(candidate.available_from, "j F Y")}
        )

    def on_candidates(self, job, on):
        return [AtMost("available", max(job.start_date, on).toordinal())] if job.start_date else []

    def on_jobs(self, candidate, on):
        if candidate.available_from is not None and candidate.available_from <= on:
            return []
        ready = candidate.available_from or date.max
        return [AtLeast("starts", ready.toordinal(), or_missing=True)]


class MustHaveMissing(Rule):
    """Lacks a card, licence, registration or qualification without which nobody may do the job.

    One that a course in their prison awards before they can start lowers the match and does not stop it.
    """

    name = "must_have_missing"

    def stop(self, job, candidate, on):
        reasons = [self._reason(line, candidate) for line in missing_must_haves(job, candidate)]
        return self.because(" ".join(reasons)) if reasons else None

    def on_candidates(self, job, on):
        return [AnyOf("credentials", line.credentials) for line in job.must_haves]

    def on_jobs(self, candidate, on):
        return [AllMet(candidate.passing_credentials())]

    def _reason(self, line: Requirement, candidate: CandidateDocument) -> str:
        wanted = _(" or ").join(credential_name(slug) for slug in sorted(line.credentials))
        if ended := ran_out(line, candidate):
            ended = date_format(ended, "j F Y")
            return _("Needs %(wanted)s: the one held ran out on %(ended)s.") % {"wanted": wanted, "ended": ended}
        return _("Needs %(wanted)s.") % {"wanted": wanted}


def ran_out(line: Requirement, candidate: CandidateDocument) -> date | None:
    """The last day on which something that the line asks for was held, if it has run out."""
    ended = [
        evidence.expires
        for evidence in candidate.evidence
        if evidence.credentials & line.credentials and not evidence.is_valid(candidate.asked_on)
    ]
    return max(ended, default=None)


def missing_must_haves(job: JobDocument, candidate: CandidateDocument) -> list[Requirement]:
    passing = candidate.passing_credentials()
    return [line for line in job.must_haves if not line.credentials & passing]


# In the order in which an adviser reads them.
RULES: tuple[Rule, ...] = (
    Unpublished(),
    Closed(),
    PledgeLapsed(),
    NotReleased(),
    TooFar(),
    NotAvailable(),
    MustHaveMissing(),
)


def stops(rules: Iterable[Rule], job: JobDocument, candidate: CandidateDocument, on: date) -> tuple[Stop, ...]:
    """Every rule that stops this pair, in the order of the rules."""
    return tuple(stop for rule in rules if (stop := rule.stop(job, candidate, on)) is not None)
