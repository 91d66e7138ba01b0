"""Posting a job, correcting its lines, publishing and closing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from employers.models import Employer
from jobs.errors import JobIsClosed, JobNotReady, PledgeMissing
from jobs.imports import RequirementLine, write_requirements
from jobs.models import Job
from jobs.signals import jobs_changed

Status = Job.Status


@transaction.atomic
def create_job(
    *, employer: Employer, facts: Mapping[str, object], lines: Sequence[RequirementLine] = (), by: User
) -> Job:
    """A draft with its lines. `facts`: fields of Job by name."""
    job = Job.objects.create(employer=employer, status=Status.DRAFT, **facts)
    write_requirements([(job, lines)])
    _announce(job)
    return job


@transaction.atomic
def update_job(*, job: Job, facts: Mapping[str, object], by: User) -> Job:
    """Write what changed of a job's facts; its address stays."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    for name, value in facts.items():
        setattr(job, name, value)
    if job.status == Status.PUBLISHED and (missing := _missing_facts(job)):
        raise JobNotReady(missing)
    job.save()
    return job


@transaction.atomic
def replace_requirements(*, job: Job, lines: Sequence[RequirementLine], by: User) -> Job:
    """These lines, in this order, instead of those there. Raises JobNotReady if an open job would have none."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.status == Status.PUBLISHED and not lines:
        raise JobNotReady([_("An open job needs at least one line.")])
    job.requirements.all().delete()
    write_requirements([(job, lines)])
    _announce(job)
    return job


@transaction.atomic
def publish_job(*, job: Job, by: User) -> Job:
    """Show a draft to everybody; a job that is published stays as it is.

    Raises PledgeMissing, JobNotReady (`.missing` says what to add), or JobIsClosed.
    """
    job = Job.objects.select_for_update().select_related("employer").get(pk=job.pk)
    if job.status == Status.PUBLISHED:
        return job
    if job.status == Status.CLOSED:
        raise JobIsClosed
    if job.employer.current_pledge() is None:
        raise PledgeMissing
    if missing := missing_before_publishing(job):
        raise JobNotReady(missing)
    job.status, job.published_at = Status.PUBLISHED, timezone.now()
    job.save(update_fields=["status", "published_at", "updated_at"])
    return job


@transaction.atomic
def close_job(*, job: Job, by: User) -> Job:
    """Take no more people; a closed job stays closed."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.status != Status.CLOSED:
        job.status = Status.CLOSED
        job.save(update_fields=["status", "updated_at"])
    return job


def missing_before_publishing(job: Job) -> list[str]:
    """What a draft still lacks, a sentence each; the pledge is another matter."""
    missing = _missing_facts(job)
    if not job.requirements.exists():
        missing.append(_("Add at least one line that says what the person will do or needs."))
    return missing


def _missing_facts(job: Job) -> list[str]:
    missing = []
    if job.outcode_id is None and not job.is_anywhere:
        missing.append(_("Say where the work is done: the first half of its postcode."))
    if job.is_past_closing:
        missing.append(_("The closing date has passed. Choose a later one, or leave it empty."))
    return missing


def _announce(job: Job) -> None:
    jobs_changed.send(sender=Job, ids=[job.pk])
