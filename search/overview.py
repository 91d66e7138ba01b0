"""Whole lists at a glance: how many people fit each job, what keeps two apart, and which one step would open most.

Everything here counts in the index through the same rules as a ranking; nothing is scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from accounts.models import User
from candidates.models import Candidate, Evidence
from jobs.credentials import closure
from jobs.models import Course, Credential, Job
from search.documents import CandidateDocument, EvidenceLine, JobDocument, candidate_document, job_document
from search.engines.base import Filter
from search.matching import Reason
from search.models import IndexChange
from search.rebuilding import ready_engine
from search.rules import MustHaveMissing, Rule, stops
from search.services import ALL, Choice, Ranked, agencies_of

JOB, CANDIDATE = str(IndexChange.Kind.JOB), str(IndexChange.Kind.CANDIDATE)


@dataclass(frozen=True)
class Step:
    """One thing to get, and how many more people or jobs it would open. `course`: the next one here, if any."""

    credentials: tuple[Credential, ...]
    opens: int
    course: Course | None = None

    @property
    def slug(self) -> str:
        return self.credentials[0].slug

    @property
    def how_to_get(self) -> str:
        return next((credential.how_to_get for credential in self.credentials if credential.how_to_get), "")


def reasons_against(job: Job, candidate: Candidate) -> list[str]:
    """What every rule says against putting this person forward today; empty if nothing stands between them."""
    job = Job.objects.for_matching().get(pk=job.pk)
    candidate = Candidate.objects.for_matching().get(pk=candidate.pk)
    on = timezone.localdate()
    return [str(stop) for stop in stops(ALL.rules(), job_document(job), candidate_document(candidate, on), on)]


def how_many_fit(*, jobs: Iterable[Job], by: User, on: date | None = None) -> dict[int, int]:
    """For each job (read through `for_matching`) how many of the candidates of `by` pass every rule.

    Raises SearchUnavailable.
    """
    on = on or timezone.localdate()
    engine, scope = ready_engine(), agencies_of(by)
    return {job.pk: engine.count(CANDIDATE, (scope, *_on_candidates(ALL, job_document(job), on))) for job in jobs}


def step_for_people(*, job: Job, by: User, choice: Choice = ALL, on: date | None = None) -> Step | None:
    """The must-have of this job that alone keeps most of the candidates of `by` from it. Raises SearchUnavailable."""
    on = on or timezone.localdate()
    document, engine = job_document(job), ready_engine()
    scope = (agencies_of(by), *choice.engine_filters())
    fit = engine.count(CANDIDATE, (*scope, *_on_candidates(choice, document, on)))
    opens: Counter[frozenset[str]] = Counter()
    for line in document.must_haves:
        without = replace(
            document, requirements=tuple(r for r in document.requirements if r.credentials != line.credentials)
        )
        opens[line.credentials] = engine.count(CANDIDATE, (*scope, *_on_candidates(choice, without, on))) - fit
    if not opens or max(opens.values()) < 1:
        return None
    slugs, count = max(opens.items(), key=lambda item: (item[1], sorted(item[0])))
    prisons = Candidate.objects.advised_by(by).exclude(prison=None).values("prison")
    return _step(slugs, count, Course.objects.filter(academy__prison__in=prisons), on)


def step_for_jobs(*, candidate: Candidate, on: date | None = None) -> Step | None:
    """The one credential that would open most jobs to this candidate. Raises SearchUnavailable."""
    on = on or timezone.localdate()
    document, engine = candidate_document(candidate, on), ready_engine()
    held = document.credentials()
    asked = Credential.objects.filter(requirements__is_essential=True, requirements__is_training_given=False)
    asked = asked.filter(requirements__job__in=Job.objects.open(on)).distinct().values_list("slug", flat=True)
    fit = engine.count(JOB, tuple(_on_jobs(document, on)))
    best, most = "", 0
    for slug in sorted(set(asked) - held):
        line = EvidenceLine("", Evidence.Kind.LICENCE, Evidence.Proof.AWARDED, closure([slug]))
        with_it = replace(document, evidence=(*document.evidence, line))
        opens = engine.count(JOB, tuple(_on_jobs(with_it, on))) - fit
        if opens > most:
            best, most = slug, opens
    if not best:
        return None
    return _step({best}, most, Course.objects.filter(academy__prison=candidate.prison_id), on)


def commonest_gap(lines: Sequence[Sequence[Reason]]) -> tuple[Reason, int] | None:
    """Of several people's reasons, the gap with a way to close it that most of them share, and how many they are.

    Nothing where no two people share one.
    """
    shared: Counter[str] = Counter()
    first: dict[str, Reason] = {}
    for reasons in lines:
        for gap in {reason.how_to_close: reason for reason in reasons if reason.how_to_close}.values():
            shared[gap.how_to_close] += 1
            first.setdefault(gap.how_to_close, gap)
    if not shared:
        return None
    advice, count = shared.most_common(1)[0]
    return (first[advice], count) if count > 1 else None


def only_lacking(ranked: Iterable[Ranked], job: Job, slug: str, choice: Choice = ALL) -> list[Ranked]:
    """Of those whom a rule stops, the people whom nothing but this credential keeps from the job."""
    document, on = job_document(job), timezone.localdate()
    found = []
    for one in ranked:
        if [stop.rule for stop in one.match.stops] != [MustHaveMissing.name]:
            continue
        candidate = candidate_document(one.row, on)
        line = EvidenceLine("", Evidence.Kind.LICENCE, Evidence.Proof.AWARDED, closure([slug]))
        if not stops(choice.rules(), document, replace(candidate, evidence=(*candidate.evidence, line)), on):
            found.append(one)
    return found


def _step(slugs: Iterable[str], opens: int, courses, on: date) -> Step | None:
    credentials = tuple(Credential.objects.filter(slug__in=slugs))
    if not credentials:
        return None
    course = courses.upcoming(on).filter(credential__in=credentials, places__gt=0)
    return Step(credentials, opens, course.select_related("academy__prison").first())


def _on_candidates(choice: Choice, job: JobDocument, on: date) -> list[Filter]:
    return [one for rule in choice.rules() for one in rule.on_candidates(job, on)]


def _on_jobs(candidate: CandidateDocument, on: date) -> list[Filter]:
    rules: tuple[Rule, ...] = ALL.rules()
    return [one for rule in rules for one in rule.on_jobs(candidate, on)]
