from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.places import PlaceAmbiguous, PlaceError, PlaceTooWide, find_place
from jobs.models import Job
from jobs.vocabularies import Hours, Sector

MILES = [(5, _("5 miles")), (10, _("10 miles")), (20, _("20 miles")), (40, _("40 miles")), (80, _("80 miles"))]
DEFAULT_MILES = 20
MOST_WORDS = 8


class JobFilterForm(forms.Form):
    """What a visitor asks of the list of jobs. Every field may be left out; it arrives in the address."""

    words = forms.CharField(
        label=_("Words"), help_text=_("A job, a skill or an employer"), required=False, max_length=100
    )
    place = forms.CharField(
        label=_("Place"), help_text=_("First half of a postcode, or a town"), required=False, max_length=60
    )
    miles = forms.TypedChoiceField(
        label=_("How far from there"), choices=MILES, coerce=int, required=False, empty_value=DEFAULT_MILES
    )
    opportunity = forms.ChoiceField(
        label=_("Kind of opening"), choices=[("", _("All kinds")), *Job.Opportunity.choices], required=False
    )
    hours = forms.ChoiceField(label=_("Hours"), choices=[("", _("Any hours")), *Hours.choices], required=False)
    sector = forms.ChoiceField(label=_("Type of work"), choices=[("", _("All types")), *Sector.choices], required=False)

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_words(self):
        words = self.cleaned_data["words"].replace("\x00", "")
        return " ".join(words.split()[:MOST_WORDS])

    def clean_place(self):
        """The Place meant, or None."""
        text = self.cleaned_data["place"].replace("\x00", "").strip()
        if not text:
            return None
        try:
            return find_place(text)
        except PlaceError as error:
            raise _no_place(text, error) from None


def _no_place(text: str, error: PlaceError) -> forms.ValidationError:
    """What is wrong with the place typed, and what to type instead."""
    match error:
        case PlaceAmbiguous(choices=choices):
            named = "; ".join(f"{choice.name} ({choice.outcode})" for choice in choices)
            return forms.ValidationError(
                _(
                    "There is more than one “%(place)s”: %(choices)s. "
                    "Type the first half of the postcode, like %(outcode)s."
                ),
                params={"place": text, "choices": named, "outcode": choices[0].outcode},
            )
        case PlaceTooWide(towns=towns):
            return forms.ValidationError(
                _("“%(place)s” is too wide to measure from. Type a town in it, like %(first)s or %(second)s."),
                params={"place": text, "first": towns[0], "second": towns[1]},
            )
    if meant := getattr(error, "meant", ""):
        return forms.ValidationError(
            _(
                "We do not know “%(place)s”. Do you mean %(meant)s? "
                "Type the first half of a postcode, like LS10, or a town."
            ),
            params={"place": text, "meant": meant},
        )
    return forms.ValidationError(
        _("We do not know “%(place)s”. Type the first half of a postcode, like LS10, or a town."),
        params={"place": text},
    )
