from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Outcode
from employers.querysets import EmployerQuerySet, PledgeQuerySet


class Employer(models.Model):
    class Sector(models.TextChoices):
        """The industry list of the prison service's jobs board, codes kept."""

        ADMIN_SUPPORT = "ADMIN_SUPPORT", _("Administration and support")
        AGRICULTURE = "AGRICULTURE", _("Agriculture")
        ARTS_ENTERTAINMENT = "ARTS_ENTERTAINMENT", _("Arts and entertainment")
        CONSTRUCTION = "CONSTRUCTION", _("Construction")
        EDUCATION = "EDUCATION", _("Education")
        ENERGY = "ENERGY", _("Energy")
        FINANCE = "FINANCE", _("Finance")
        HEALTH_SOCIAL = "HEALTH_SOCIAL", _("Health and social care")
        HOSPITALITY_CATERING = "HOSPITALITY_CATERING", _("Hospitality and catering")
        LOGISTICS = "LOGISTICS", _("Logistics")
        MANUFACTURING = "MANUFACTURING", _("Manufacturing")
        MINING = "MINING", _("Mining")
        OTHER = "OTHER", _("Other")
        PROFESSIONALS_SCIENTISTS_TECHNICIANS = "PROFESSIONALS_SCIENTISTS_TECHNICIANS", _("Professional and technical")
        PROPERTY = "PROPERTY", _("Property")
        PUBLIC_ADMIN_DEFENCE = "PUBLIC_ADMIN_DEFENCE", _("Public administration and defence")
        WASTE_MANAGEMENT = "WASTE_MANAGEMENT", _("Waste management")
        RETAIL = "RETAIL", _("Retail")
        TECHNOLOGY = "TECHNOLOGY", _("Technology")

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(max_length=110, unique=True)
    description = models.TextField(_("what you do"), max_length=1000, blank=True)
    sector = models.CharField(_("industry"), max_length=40, choices=Sector, default=Sector.OTHER)
    outcode = models.ForeignKey(Outcode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def current_pledge(self, on=None):
        """The accepted pledge that covers the day `on` (today unless given), or None."""
        return self.pledges.current(on).order_by("-review_date").first()


class EmployerMember(models.Model):
    class Role(models.TextChoices):
        OWNER = "OWNER", _("Owner")
        RECRUITER = "RECRUITER", _("Recruiter")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="employer_memberships")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "employer"], name="one_role_an_employer")]

    def __str__(self):
        return f"{self.get_role_display()}, {self.employer}"


class Pledge(models.Model):
    """An employer's own record of how it bans the box. Ours: no outside body grades it."""

    class Status(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("Waiting to be checked")
        ACCEPTED = "ACCEPTED", _("Accepted")
        LAPSED = "LAPSED", _("Lapsed")

    class Stage(models.TextChoices):
        """When the employer asks about convictions; never on the application."""

        NEVER = "NEVER", _("never asks about your past")
        AFTER_SHORTLIST = "AFTER_SHORTLIST", _("asks about your past after the shortlist")
        AFTER_INTERVIEW = "AFTER_INTERVIEW", _("asks about your past after the interview")
        AFTER_OFFER = "AFTER_OFFER", _("asks about your past after the offer")

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="pledges")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SUBMITTED)
    records_asked = models.CharField(_("when records are asked about"), max_length=16, choices=Stage)
    who_decides = models.CharField(_("who decides"), max_length=200)
    appeals = models.TextField(_("how a person can appeal"), blank=True)
    training = models.TextField(_("training of those who decide"), blank=True)
    signatory = models.CharField(_("signed by"), max_length=120)
    submitted_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    review_date = models.DateField(_("valid until"), null=True, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(
                name="accepted_pledge_has_dates",
                condition=~models.Q(status="ACCEPTED") | models.Q(accepted_at__isnull=False, review_date__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.employer}, {self.get_status_display()}"

    @property
    def is_current(self) -> bool:
        return self.status == self.Status.ACCEPTED and self.review_date >= timezone.localdate()
