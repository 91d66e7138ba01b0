"""Whatever changes what a document says puts its row on the outbox, in the same transaction."""

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from candidates.models import Candidate, Evidence
from candidates.signals import candidates_changed
from employers.models import Pledge
from jobs.models import Course, Job, Requirement
from jobs.signals import jobs_changed
from search.models import IndexChange
from search.outbox import queue_changes

JOB, CANDIDATE = IndexChange.Kind.JOB, IndexChange.Kind.CANDIDATE


@receiver(jobs_changed)
def queue_jobs(sender, ids, **kwargs):
    queue_changes(JOB, ids)


@receiver(candidates_changed)
def queue_candidates(sender, ids, **kwargs):
    queue_changes(CANDIDATE, ids)


@receiver([post_save, post_delete], sender=Job)
def queue_job(sender, instance, **kwargs):
    queue_changes(JOB, [instance.pk])


@receiver([post_save, post_delete], sender=Requirement)
def queue_job_of_requirement(sender, instance, **kwargs):
    queue_changes(JOB, [instance.job_id])


@receiver([post_save, post_delete], sender=Pledge)
def queue_jobs_of_pledge(sender, instance, **kwargs):
    queue_changes(JOB, Job.objects.filter(employer=instance.employer_id).values_list("pk", flat=True))


@receiver([post_save, post_delete], sender=Candidate)
def queue_candidate(sender, instance, **kwargs):
    queue_changes(CANDIDATE, [instance.pk])


@receiver([post_save, post_delete], sender=Evidence)
def queue_candidate_of_evidence(sender, instance, **kwargs):
    queue_changes(CANDIDATE, [instance.candidate_id])


@receiver([post_save, post_delete], sender=Course)
def queue_candidates_of_course(sender, instance, **kwargs):
    """What a course awards is within reach of who is in its prison and cannot start work yet."""
    near = Candidate.objects.filter(prison__academies=instance.academy_id, available_from__gt=timezone.localdate())
    queue_changes(CANDIDATE, near.values_list("pk", flat=True))


@receiver(m2m_changed, sender=Requirement.credentials.through)
def queue_job_of_credentials(sender, instance, action, reverse, **kwargs):
    if action.startswith("post_") and not reverse:
        queue_changes(JOB, [instance.job_id])


@receiver(m2m_changed, sender=Evidence.credentials.through)
def queue_candidate_of_credentials(sender, instance, action, reverse, **kwargs):
    if action.startswith("post_") and not reverse:
        queue_changes(CANDIDATE, [instance.candidate_id])
