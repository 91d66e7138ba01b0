from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AgencyMemberQuerySet, OutcodeQuerySet


class User(AbstractUser):
    """A person who signs in: by e-mail, or in prison by the sign-in name on a printed code sheet.

    What a person may do follows from memberships (AgencyMember, EmployerMember, Candidate), never from a flag here.
    """

    username = models.CharField(_("sign-in name"), max_length=150, unique=True)
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("cy", "Cymraeg")], default="en"
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_sign_in_name_unique_in_any_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
        ]

    def clean(self):
        super().clean()
        self.email = self.email or None

    def save(self, *args, **kwargs):
        # AbstractUser's manager writes "" for nobody's address; two people without one must not collide.
        self.email = self.email or None
        super().save(*args, **kwargs)


class Outcode(models.Model):
    """A postcode district with the position of its middle (WGS84). Reference data."""

    code = models.CharField(max_length=4, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    town = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=40, blank=True)

    objects = OutcodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.code


class Prison(models.Model):
    """An operating prison or young offender institution, keyed by its NOMIS code. Reference data."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=120)
    types = models.CharField(max_length=40, blank=True)
    categories = models.CharField(max_length=20, blank=True)
    is_open_prison = models.BooleanField(default=False)
    holds_men = models.BooleanField(default=True)
    holds_women = models.BooleanField(default=False)
    town = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    outcode = models.ForeignKey(Outcode, null=True, blank=True, on_delete=models.PROTECT, related_name="prisons")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Agency(models.Model):
    """An organisation whose people support candidates."""

    class Kind(models.TextChoices):
        PRISON = "PRISON", _("Prison")
        PROBATION = "PROBATION", _("Probation")
        JOB_CENTRE = "JOB_CENTRE", _("Job centre")
        CHARITY = "CHARITY", _("Charity")
        COUNCIL = "COUNCIL", _("Council")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    prison = models.OneToOneField(Prison, null=True, blank=True, on_delete=models.PROTECT, related_name="agency")
    outcode = models.ForeignKey(Outcode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.CheckConstraint(
                name="agency_has_a_prison_only_if_it_is_one",
                condition=models.Q(kind="PRISON", prison__isnull=False)
                | (~models.Q(kind="PRISON") & models.Q(prison__isnull=True)),
            ),
        ]

    def __str__(self):
        return self.name


class AgencyMember(models.Model):
    """Somebody's role at an agency; one person may hold several."""

    class Role(models.TextChoices):
        ADVISER = "ADVISER", _("Employment adviser")
        PARTNER_WORKER = "PARTNER_WORKER", _("Partner worker")
        MENTOR = "MENTOR", _("Mentor")
        MANAGER = "MANAGER", _("Manager")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agency_memberships")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(_("role"), max_length=14, choices=Role)

    objects = AgencyMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "agency", "role"], name="one_membership_a_role")]

    def __str__(self):
        return f"{self.get_role_display()}, {self.agency}"
