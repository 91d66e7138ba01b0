from datetime import date, timedelta

from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Outcode, Prison
from employers.models import Employer
from jobs.pay import pay_in_words
from jobs.querysets import CourseQuerySet, CredentialQuerySet, JobQuerySet
from jobs.vocabularies import BaseLocation, ContractType, Hours, SalaryPeriod, Sector, WorkPattern


class Occupation(models.Model):
    """A unit group of the UK Standard Occupational Classification 2020. Reference data."""

    soc2020 = models.CharField(max_length=4, primary_key=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    tasks = models.JSONField(default=list, blank=True)
    related_titles = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["soc2020"]

    def __str__(self):
        return self.title


class EscoOccupation(models.Model):
    """An ESCO occupation, and the SOC unit groups whose index titles share its ISCO-08 group. Reference data."""

    esco_id = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=200)
    other_labels = models.JSONField(default=list, blank=True)
    isco08 = models.CharField(max_length=4)
    description = models.TextField(blank=True)
    occupations = models.ManyToManyField(Occupation, related_name="esco", blank=True)

    class Meta:
        ordering = ["label"]

    def __str__(self):
        return self.label


class Skill(models.Model):
    """An ESCO skill or piece of knowledge. Reference data."""

    esco_id = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=255)
    other_labels = models.JSONField(default=list, blank=True)
    skill_type = models.CharField(max_length=20)
    reuse_level = models.CharField(max_length=30, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["label"]

    def __str__(self):
        return self.label


class VocabularyTerm(models.Model):
    """One code of a closed list of the existing services, kept so that their data can be read and written."""

    vocabulary = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="one_label_a_code")]
        ordering = ["vocabulary", "code"]

    def __str__(self):
        return f"{self.vocabulary}: {self.label}"


class ReferenceLoad(models.Model):
    """Which edition of a reference file the tables hold, so that loading it again costs nothing."""

    name = models.CharField(max_length=40, primary_key=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Credential(models.Model):
    """A card, ticket, licence, registration or qualification that adverts ask for. Reference data."""

    class Kind(models.TextChoices):
        DRIVING = "driving", _("Driving licence")
        PLANT = "plant", _("Plant or lift truck")
        CARD = "card", _("Card or ticket")
        QUALIFICATION = "qualification", _("Qualification")
        REGISTRATION = "registration", _("Registration")

    slug = models.SlugField(max_length=80, primary_key=True)
    name = models.CharField(max_length=120)
    other_names = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=14, choices=Kind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_years = models.PositiveSmallIntegerField(null=True, blank=True)
    awarded_by = models.CharField(max_length=160, blank=True)
    how_to_get = models.CharField(max_length=300, blank=True)
    implies = models.ManyToManyField("self", symmetrical=False, related_name="implied_by", blank=True)
    source = models.CharField(max_length=200)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Academy(models.Model):
    """A place in a prison where a trade is taught, often run with an employer."""

    name = models.CharField(max_length=120)
    prison = models.ForeignKey(Prison, on_delete=models.PROTECT, related_name="academies")
    employer = models.ForeignKey(Employer, null=True, blank=True, on_delete=models.SET_NULL, related_name="academies")

    class Meta:
        verbose_name_plural = "academies"
        constraints = [models.UniqueConstraint(fields=["name", "prison"], name="one_academy_a_name_and_prison")]

    def __str__(self):
        return self.name


class Course(models.Model):
    academy = models.ForeignKey(Academy, on_delete=models.CASCADE, related_name="courses")
    title = models.CharField(max_length=200)
    level = models.CharField(max_length=20, blank=True)
    credential = models.ForeignKey(Credential, null=True, blank=True, on_delete=models.SET_NULL, related_name="courses")
    length_days = models.PositiveSmallIntegerField()
    next_start_date = models.DateField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(default=0)

    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["academy", "title"], name="one_course_a_title")]

    def __str__(self):
        return self.title

    def ends_by(self, day: date, on: date) -> bool:
        """Whether a place is free on a course that starts on or after `on` and is over on the day."""
        if self.next_start_date is None or self.next_start_date < on or self.places < 1:
            return False
        return self.next_start_date + timedelta(days=self.length_days) <= day


RESERVED_SLUGS = frozenset({"mine", "post"})  # the addresses of other pages under jobs/


class Job(models.Model):
    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        PUBLISHED = "PUBLISHED", _("Published")
        CLOSED = "CLOSED", _("Closed")

    class Opportunity(models.TextChoices):
        JOB = "JOB", _("Job")
        APPRENTICESHIP = "APPRENTICESHIP", _("Apprenticeship")
        ROTL = "ROTL", _("Placement on day release")
        RING_FENCED = "RING_FENCED", _("Job kept for prison leavers")

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="jobs")
    reference = models.CharField(max_length=60, null=True, blank=True)  # the employer's or the feed's own
    title = models.CharField(_("job title"), max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    advert_text = models.TextField(_("the advert"), blank=True)
    opportunity = models.CharField(_("kind of opening"), max_length=16, choices=Opportunity, default=Opportunity.JOB)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    sector = models.CharField(_("type of work"), max_length=30, choices=Sector, default=Sector.OTHER)
    occupation = models.ForeignKey(Occupation, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs")

    outcode = models.ForeignKey(Outcode, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    town = models.CharField(_("town"), max_length=80, blank=True)
    base_location = models.CharField(
        _("where the work is done"), max_length=10, choices=BaseLocation, default=BaseLocation.WORKPLACE
    )
    hours = models.CharField(_("hours"), max_length=20, choices=Hours, default=Hours.FULL_TIME)
    hours_per_week = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True)
    work_pattern = models.CharField(
        _("pattern of work"), max_length=20, choices=WorkPattern, default=WorkPattern.STANDARD_WEEKDAYS
    )
    contract_type = models.CharField(_("contract"), max_length=20, choices=ContractType, default=ContractType.PERMANENT)
    pay_from_pence = models.PositiveIntegerField(_("pay from"), null=True, blank=True)
    pay_to_pence = models.PositiveIntegerField(_("pay to"), null=True, blank=True)
    pay_period = models.CharField(max_length=18, choices=SalaryPeriod, default=SalaryPeriod.PER_HOUR)
    number_of_vacancies = models.PositiveSmallIntegerField(_("number of posts"), default=1)
    closing_date = models.DateField(_("closing date"), null=True, blank=True)
    start_date = models.DateField(_("start date"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["employer", "reference"], name="one_job_a_reference"),
            models.CheckConstraint(
                name="published_job_has_a_day", condition=~models.Q(status="PUBLISHED", published_at__isnull=True)
            ),
            models.CheckConstraint(
                name="pay_to_is_not_below_pay_from",
                condition=models.Q(pay_to_pence__isnull=True)
                | models.Q(pay_from_pence__isnull=True)
                | models.Q(pay_to_pence__gte=models.F("pay_from_pence")),
            ),
            models.CheckConstraint(name="job_has_a_post", condition=models.Q(number_of_vacancies__gte=1)),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self.slug:
            super().save(*args, **kwargs)
            return
        while True:
            self.slug = self._free_slug()
            try:
                with transaction.atomic():
                    super().save(*args, **kwargs)
                return
            except IntegrityError:
                if not Job.objects.filter(slug=self.slug).exists():
                    raise  # it was about something else; otherwise somebody took this address meanwhile

    def _free_slug(self) -> str:
        base = slugify(f"{self.title} {self.town}")[:120] or "job"
        slug, number = base, 2
        while slug in RESERVED_SLUGS or Job.objects.filter(slug=slug).exclude(pk=self.pk).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug

    def get_absolute_url(self):
        return reverse("jobs:detail", args=[self.slug])

    @property
    def is_past_closing(self) -> bool:
        return self.closing_date is not None and self.closing_date < timezone.localdate()

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PUBLISHED and not self.is_past_closing

    @property
    def is_anywhere(self) -> bool:
        return self.base_location == BaseLocation.REMOTE

    @property
    def pay_text(self) -> str:
        return pay_in_words(self.pay_from_pence, self.pay_to_pence, self.pay_period)

    @property
    def place_text(self) -> str:
        """ "Leeds LS10", or where the work is done if it is done at home."""
        if self.is_anywhere:
            return self.get_base_location_display()
        return " ".join(filter(None, [self.town, self.outcode_id]))


class Requirement(models.Model):
    """One line of what a job asks for, as the parser found it or the employer wrote it."""

    class Kind(models.TextChoices):
        TASK = "task", _("What you will do")
        SKILL = "skill", _("What you need")
        CREDENTIAL = "credential", _("Card, licence or qualification")
        EXPERIENCE = "experience", _("Experience")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("requirement"), max_length=1000)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SKILL)
    is_essential = models.BooleanField(_("essential"), default=True)
    # Any one of these meets the line ("RTITB or ITSSAR"). Only an essential line with credentials stops a match.
    credentials = models.ManyToManyField(Credential, related_name="requirements", blank=True)
    is_training_given = models.BooleanField(_("training given"), default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_requirement_a_position")]

    def __str__(self):
        return self.text
