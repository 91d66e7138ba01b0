from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import DateField, OutcodeField, SiteForm
from jobs.models import Job
from jobs.vocabularies import BaseLocation, ContractType, Hours, SalaryPeriod, Sector, WorkPattern

HIGHEST_PAY = Decimal("1000000")


class PoundsField(forms.DecimalField):
    """Pounds as typed ("£12.90", "24,000"), as whole pence."""

    widget = forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"})
    default_error_messages = {"invalid": _("Write an amount in pounds, like 12.90.")}

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=HIGHEST_PAY, decimal_places=2, required=False, **kwargs)

    def to_python(self, value):
        return super().to_python(str(value or "").replace("£", "").replace(",", "").strip())

    def clean(self, value):
        pounds = super().clean(value)
        return None if pounds is None else int(pounds * 100)

    def prepare_value(self, value):
        return f"{value / 100:.2f}" if isinstance(value, int) else value


def choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices)


class JobFactsForm(SiteForm):
    """The facts of a job beside its lines. `cleaned_data` is what the services take as `facts`."""

    title = forms.CharField(
        label=_("Job title"), max_length=120, error_messages={"required": _("Write the job's title.")}
    )
    town = forms.CharField(label=_("Town"), max_length=80, required=False)
    outcode = OutcodeField(
        label=_("First half of the postcode"), help_text=_("Of the workplace, like LS10."), required=False
    )
    base_location = choice(_("Where the work is done"), BaseLocation.choices)
    opportunity = choice(_("Kind of opening"), Job.Opportunity.choices)
    sector = choice(_("Type of work"), Sector.choices)
    hours = choice(_("Hours"), Hours.choices)
    hours_per_week = forms.DecimalField(
        label=_("Hours a week"),
        required=False,
        min_value=1,
        max_value=99,
        decimal_places=1,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write a number of hours, like 37.5.")},
    )
    work_pattern = choice(_("Pattern of work"), WorkPattern.choices)
    contract_type = choice(_("Contract"), ContractType.choices)
    pay_from_pence = PoundsField(label=_("Pay from, in pounds"))
    pay_to_pence = PoundsField(label=_("Pay to, in pounds"), help_text=_("Leave empty if there is one rate."))
    pay_period = choice(_("Pay is for"), SalaryPeriod.choices)
    number_of_vacancies = forms.IntegerField(
        label=_("Number of posts"),
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"required": _("Write how many posts there are."), "invalid": _("Write a number, like 3.")},
    )
    start_date = DateField(
        label=_("Start date"), help_text=_("Leave empty if people can start when they are ready."), required=False
    )
    closing_date = DateField(
        label=_("Closing date"), help_text=_("Leave empty to stay open until filled."), required=False
    )

    # How the page shows the fields: a heading and the fields under it.
    SECTIONS = [
        (_("Where"), ["town", "outcode", "base_location"]),
        (_("What it is"), ["opportunity", "sector", "contract_type", "number_of_vacancies"]),
        (_("Hours"), ["hours", "hours_per_week", "work_pattern"]),
        (_("Pay"), ["pay_from_pence", "pay_to_pence", "pay_period"]),
        (_("Dates"), ["start_date", "closing_date"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            for name in self.fields:
                if name in JOB_FIELDS and Job._meta.get_field(name).has_default():
                    self.initial.setdefault(name, Job._meta.get_field(name).get_default())

    def sections(self):
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def facts(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name in JOB_FIELDS}

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_closing_date(self):
        day = self.cleaned_data["closing_date"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("That day has passed. Choose a later one, or leave it empty."))
        return day

    def clean(self):
        asked = super().clean()
        lowest, highest = asked.get("pay_from_pence"), asked.get("pay_to_pence")
        if lowest is not None and highest is not None and highest < lowest:
            self.add_error("pay_to_pence", _("This must not be less than the pay it starts from."))
        return asked


JOB_FIELDS = frozenset(JobFactsForm.base_fields)


def facts_of(job: Job) -> dict[str, object]:
    """The form's first values for a job."""
    return {name: getattr(job, name) for name in JOB_FIELDS} | {"outcode": job.outcode_id or ""}
