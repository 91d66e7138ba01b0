import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Outcode, Prison
from candidates.querysets import ApplicationQuerySet, CandidateQuerySet
from jobs.models import Course, Credential, Job

REFERENCE_ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"  # no vowels, no letters that look like digits


def new_reference() -> str:
    """A name for a record that says nothing about the person, short enough to read out."""
    return "TG-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _unused in range(6))


class Candidate(models.Model):
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    external_reference = models.CharField(max_length=60, null=True, blank=True, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="candidate"
    )
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    last_name = models.CharField(_("last name"), max_length=60, blank=True)
    # The agency whose advisers work with this person, and the prison they are in, if any.
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="candidates")
    prison = models.ForeignKey(Prison, null=True, blank=True, on_delete=models.PROTECT, related_name="candidates")
    home_outcode = models.ForeignKey(
        Outcode, null=True, blank=True, on_delete=models.PROTECT, related_name="candidates"
    )
    travel_miles = models.PositiveSmallIntegerField(_("miles you can travel"), default=20)
    available_from = models.DateField(_("can start from"), null=True, blank=True)
    # Their own yes to being considered by employers; nothing is shown to one without it.
    released_to_employers_at = models.DateTimeField(null=True, blank=True)
    work_interests = models.JSONField(default=list, blank=True)  # codes of jobs.vocabularies.Sector
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.CheckConstraint(name="can_travel_somewhere", condition=models.Q(travel_miles__gte=1)),
        ]

    def __str__(self):
        return self.name or self.reference

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        return " ".join(f"{part[0]}." for part in (self.first_name, self.last_name) if part) or self.reference

    @property
    def is_released_to_employers(self) -> bool:
        return self.released_to_employers_at is not None

    def get_absolute_url(self):
        return reverse("candidates:detail", args=[self.reference])


class Evidence(models.Model):
    """One line of what a person can show."""

    class Kind(models.TextChoices):
        SKILL = "skill", _("Skill")
        QUALIFICATION = "qualification", _("Qualification")
        LICENCE = "licence", _("Card or licence")
        PLACEMENT = "placement", _("Work placement on day release")
        ROLE = "role", _("Job before")
        PRISON_WORK = "prison_work", _("Work in prison")
        PERSONAL = "personal", _("Personal strength")

    LASTING = (Kind.PLACEMENT, Kind.ROLE, Kind.PRISON_WORK)  # work with months of its own

    class Proof(models.TextChoices):
        TOLD_US = "told_us", _("told us")
        OBSERVED = "observed", _("observed")
        ASSESSED = "assessed", _("assessed")
        AWARDED = "awarded", _("awarded")

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="evidence")
    text = models.CharField(_("what you can do or have"), max_length=300)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.SKILL)
    proof = models.CharField(_("proof"), max_length=10, choices=Proof, default=Proof.TOLD_US)
    credentials = models.ManyToManyField(Credential, related_name="evidence", blank=True)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence")
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    expires_date = models.DateField(_("runs out on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "kind", "text"], name="one_line_once"),
            models.CheckConstraint(name="evidence_says_something", condition=~models.Q(text="")),
        ]

    def __str__(self):
        return self.text

    @property
    def credential_slugs(self) -> list[str]:
        """What this line shows; without a query where it was read through `Candidate.objects.for_matching()`."""
        read = getattr(self, "credentials_read", None)
        return [credential.pk for credential in (self.credentials.all() if read is None else read)]

    @property
    def is_lasting(self) -> bool:
        return self.kind in self.LASTING

    @property
    def is_expired(self) -> bool:
        return self.expires_date is not None and self.expires_date < timezone.localdate()


class Application(models.Model):
    """One person and one job. An adviser's shortlisting is an application that waits for the person's yes."""

    class Status(models.TextChoices):
        PUT_FORWARD = "PUT_FORWARD", _("Waiting for the candidate's yes")
        ACCEPTED = "ACCEPTED", _("The candidate said yes")
        DECLINED = "DECLINED", _("The candidate said no")
        WITHDRAWN = "WITHDRAWN", _("Taken off the shortlist")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="applications")
    status = models.CharField(max_length=12, choices=Status, default=Status.PUT_FORWARD)
    put_forward_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(_("why this person"), max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "candidate"], name="one_application_a_job")]

    def __str__(self):
        return f"{self.candidate_id} for {self.job_id}: {self.status}"


class StatusChange(models.Model):
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="changes")
    to = models.CharField(max_length=12, choices=Application.Status)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.application_id} → {self.to}"
