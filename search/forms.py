from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import SiteForm
from employers.models import Employer
from jobs.forms_employer import JobFactsForm
from jobs.models import Credential, Job, Requirement
from jobs.rows import MAX_ADVERT

MILES = [(5, _("5 miles")), (10, _("10 miles")), (15, _("15 miles")), (25, _("25 miles")), (50, _("50 miles"))]
BLANK_LINES = 2  # offered at the end of a job's lines


class PeopleFilterForm(SiteForm):
    """What narrows the people shown for a job. It arrives in the address; what is not understood is left out."""

    within = forms.TypedChoiceField(
        label=_("How far from the job"),
        choices=[("", _("As far as each can travel")), *MILES],
        coerce=int,
        required=False,
        empty_value=None,
    )
    holds = forms.ModelChoiceField(
        label=_("Holds"), queryset=Credential.objects.none(), required=False, empty_label=_("Anything or nothing")
    )

    def __init__(self, *args, held, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holds"].queryset = held


class NoteForm(SiteForm):
    note = forms.CharField(
        label=_("Why this person?"),
        help_text=_("What you know that the marks do not show. Nothing about offences or health."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write why this person. Your reason is kept with your name.")},
    )


class PostJobForm(JobFactsForm):
    """A job from a pasted advert. The title may be left to the advert."""

    text = forms.CharField(
        label=_("The advert"),
        help_text=_("Paste it as it is. We find what the job is and what it needs."),
        max_length=MAX_ADVERT,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={
            "required": _("Paste the advert, or write it here."),
            "max_length": _("Use %(limit_value)d letters or fewer. Your advert has %(show_value)d."),
        },
    )
    employer = forms.ModelChoiceField(label=_("For which employer"), queryset=Employer.objects.none())

    field_order = ["employer", "text", "title"]

    def __init__(self, *args, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Leave empty to take it from the advert.")
        self.fields["employer"].queryset = employers
        self.employers = list(employers)
        if len(self.employers) == 1:
            del self.fields["employer"]

    @property
    def chosen_employer(self) -> Employer:
        return self.cleaned_data.get("employer") or self.employers[0]

    def facts(self):
        return super().facts() | {"advert_text": self.cleaned_data["text"]}


class LineForm(SiteForm):
    """One line of a job as the employer corrects it."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Line"),
        max_length=Requirement._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the line, or tick “Take this line out”.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Requirement.Kind.choices)
    is_essential = forms.BooleanField(label=_("Essential"), required=False)
    is_training_given = forms.BooleanField(label=_("We train for this"), required=False)

    def has_changed(self):
        """A new line counts once something is written in it; its menu and ticks say something by themselves."""
        if self.empty_permitted:
            return bool((self["text"].value() or "").strip())
        return super().has_changed()

    def clean_text(self):
        return " ".join(self.cleaned_data["text"].replace("\x00", "").split())

    @staticmethod
    def line_of(requirement: Requirement) -> dict[str, object]:
        names = ("id", "text", "kind", "is_essential", "is_training_given")
        return {name: getattr(requirement, name) for name in names}


class BaseLines(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Take this line out")

    def kept(self) -> list[dict[str, object]]:
        """The lines that stay, in their order; blank ones are none."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("text") and not form.cleaned_data.get("DELETE")
        ]


Lines = forms.formset_factory(LineForm, formset=BaseLines, can_delete=True, extra=BLANK_LINES, max_num=200)


def lines_of(job: Job) -> list[dict[str, object]]:
    return [LineForm.line_of(requirement) for requirement in job.requirements.all()]
