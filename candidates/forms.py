from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.fields import DateField, MonthField, OutcodeField, SiteForm
from candidates.models import Candidate, Evidence
from candidates.months import months_problem
from candidates.services import LONGEST_LINE
from jobs.vocabularies import PersonalSkill, Sector

FURTHEST_MILES = 200


# The kinds of evidence as a person says them of themselves.
OWN_WORDS = [
    (Evidence.Kind.SKILL, _("Something I can do")),
    (Evidence.Kind.ROLE, _("A job I had before")),
    (Evidence.Kind.PRISON_WORK, _("Work in prison")),
    (Evidence.Kind.PLACEMENT, _("Work on day release")),
    (Evidence.Kind.LICENCE, _("A card or licence")),
    (Evidence.Kind.QUALIFICATION, _("A course I passed")),
    (Evidence.Kind.PERSONAL, _("What I am like to work with")),
]
# The personal strengths of the vocabulary, likewise.
OWN_STRENGTHS = {
    PersonalSkill.COMMUNICATION: _("I listen and I speak up"),
    PersonalSkill.POSITIVE_ATTITUDE: _("I look on the bright side"),
    PersonalSkill.RESILIENCE: _("I keep going when things are hard"),
    PersonalSkill.SELF_MANAGEMENT: _("I get on with things myself"),
    PersonalSkill.TEAMWORK: _("I work well with other people"),
    PersonalSkill.THINKING_AND_PROBLEM_SOLVING: _("I think things through and sort problems out"),
    PersonalSkill.WILLINGNESS_TO_LEARN: _("I want to learn"),
}


def in_own_words(kind: str, text: str) -> str:
    """A line of evidence as the person would say it: only the vocabulary's strengths read differently."""
    if kind != Evidence.Kind.PERSONAL:
        return text
    with override("en"):  # lines hold the English label, whatever language is shown
        said = {str(skill.label): own for skill, own in OWN_STRENGTHS.items()}.get(text)
    return text if said is None else str(said)


class MonthsForm(SiteForm):
    """When the work of a line was done."""

    from_date = MonthField(
        label=_("When did it start?"),
        help_text=_("A month and a year, like May 2021. If you are not sure, guess."),
        required=False,
    )
    to_date = MonthField(
        label=_("When did it end?"),
        help_text=_("Work in prison or on day release that goes on now: leave this empty."),
        is_end=True,
        required=False,
    )

    def __init__(self, *args, kind: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == Evidence.Kind.ROLE:
            self.fields["to_date"].help_text = ""

    def clean(self):
        values = super().clean()
        if self.errors.keys() & {"from_date", "to_date", "kind"}:
            return values
        kind, start, end = values.get("kind", self.kind), values["from_date"], values["to_date"]
        if problem := months_problem(kind, start, end):
            self.add_error(*problem)
        elif start and not end and kind == Evidence.Kind.ROLE:
            this_month = date_format(timezone.localdate(), "F Y")
            message = _("Write when the job ended. If it goes on, write %(month)s.") % {"month": this_month}
            self.add_error("to_date", message)
        return values


class EvidenceForm(MonthsForm):
    """One line in a person's own words."""

    field_order = ["text", "kind", "from_date", "to_date"]

    text = forms.CharField(
        label=_("What can you do? What do you have?"),
        help_text=_("One thing at a time. Say where you did it. Like: I packed orders in the prison workshop."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_LINE}),
        error_messages={"required": _("Write what you can do, or what you have.")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of thing is it?"),
        widget=forms.RadioSelect,
        choices=OWN_WORDS,
        error_messages={"required": _("Pick one.")},
    )

    def clean_text(self):
        text = " ".join(self.cleaned_data["text"].replace("\x00", "").split())
        if len(text) > LONGEST_LINE:
            raise forms.ValidationError(
                _("Use %(most)d letters or fewer. You have used %(used)d."),
                params={"most": LONGEST_LINE, "used": len(text)},
            )
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class AdviserEvidenceForm(EvidenceForm):
    """The same line written by an adviser, who can say what proves it."""

    field_order = ["text", "kind", "from_date", "to_date", "proof", "expires_date"]
    proof = forms.ChoiceField(
        label=_("What proves it?"),
        choices=[
            (Evidence.Proof.TOLD_US, _("They told us")),
            (Evidence.Proof.OBSERVED, _("Somebody saw them do it")),
            (Evidence.Proof.ASSESSED, _("It was assessed")),
            (Evidence.Proof.AWARDED, _("There is a certificate or card")),
        ],
    )
    expires_date = DateField(label=_("Runs out on (if it does)"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What can they do, or what do they have?")
        self.fields["text"].help_text = _("One thing a line. Nothing about offences or health.")
        self.fields["kind"].widget = forms.Select(choices=Evidence.Kind.choices)
        self.fields["kind"].choices = Evidence.Kind.choices
        self.fields["kind"].label = _("Kind")


class FactsForm(SiteForm):
    """What the rules of time and place read, and the person's own yes to being shown to employers."""

    home_outcode = OutcodeField(
        label=_("Where will you live?"), help_text=_("The first half of the postcode, like LS10."), required=False
    )
    travel_miles = forms.IntegerField(
        label=_("How many miles can you travel to work?"),
        min_value=1,
        max_value=FURTHEST_MILES,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"required": _("Write a number of miles."), "invalid": _("Write a number of miles, like 15.")},
    )
    available_from = DateField(
        label=_("When can you start?"), help_text=_("The first day you can work."), required=False
    )
    work_interests = forms.MultipleChoiceField(
        label=_("What work do you want?"),
        help_text=_("Pick as many as you like."),
        choices=[choice for choice in Sector.choices if choice[0] != Sector.OTHER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_released = forms.BooleanField(
        label=_("Yes, employers may see me"),
        help_text=_("Nobody is told about your past here. You can take your yes back at any time."),
        required=False,
    )

    @staticmethod
    def facts_of(candidate: Candidate) -> dict[str, object]:
        return {
            "home_outcode": candidate.home_outcode_id or "",
            "travel_miles": candidate.travel_miles,
            "available_from": candidate.available_from,
            "work_interests": candidate.work_interests,
            "is_released": candidate.is_released_to_employers,
        }

    def values(self) -> dict[str, object]:
        """What the service update_facts takes."""
        return dict(self.cleaned_data)

    def clean_available_from(self):
        day = self.cleaned_data["available_from"]
        if day and day > timezone.localdate() + timedelta(days=366 * 40):
            raise forms.ValidationError(_("That day is too far away. Check the year."))
        return day


class AdviserFactsForm(FactsForm):
    """The same facts written by an adviser; the yes to employers is nobody's but the person's own."""

    def __init__(self, *args, candidate: Candidate, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        del self.fields["is_released"]
        for name, label in {
            "home_outcode": _("Home postcode district"),
            "travel_miles": _("Miles they can travel to work"),
            "available_from": _("Can start from"),
            "work_interests": _("Work they want"),
        }.items():
            self.fields[name].label = label

    def values(self):
        return self.cleaned_data | {"is_released": self.candidate.is_released_to_employers}
