"""Form fields that several rooms ask for: a day, a month, and a postcode district."""

from __future__ import annotations

import calendar
import re
from datetime import date

from django import forms
from django.conf import settings
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Outcode
from accounts.places import OUTCODE

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y"]


class DateField(forms.DateField):
    """A day: the browser's own picker, and typed as people type it where there is none."""

    widget = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Write a day like 9/1/2027.")}

    def __init__(self, **kwargs):
        super().__init__(input_formats=DATE_FORMATS, **kwargs)


class MonthField(forms.CharField):
    """A month of a year, typed as people type it, in either language: May 2021, Mai 2021, 5/2021, 2021-05.

    Cleans to the first day of the month, or to its last where `is_end`; a whole date is cut to its month. Text, since
    half of the browsers have no picker of months.
    """

    default_error_messages = {
        "invalid": _("Write a month and a year, like 5/2021 or May 2021. If you are not sure of the month, guess.")
    }

    def __init__(self, *, is_end: bool = False, **kwargs):
        self.is_end = is_end
        kwargs.setdefault("error_messages", {"max_length": self.default_error_messages["invalid"]})
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}), **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        month = read_month(text)
        if month is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return end_of_month(month) if self.is_end else month

    def prepare_value(self, value):
        return formats.date_format(value, "F Y") if isinstance(value, date) else value


class OutcodeField(forms.CharField):
    """The first half of a postcode (a whole one is cut), as an Outcode."""

    default_error_messages = {"unknown": _("We do not know that postcode. Write its first half, like LS10.")}

    def __init__(self, **kwargs):
        super().__init__(max_length=10, widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}), **kwargs)

    def clean(self, value):
        text = super().clean(value).upper()
        if not text:
            return None
        match = OUTCODE.match(" ".join(text.split()))
        outcode = match and Outcode.objects.filter(code=match[1]).first()
        if outcode is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return outcode


_GAP = r"\s*[/.,\s-]\s*"
IN_NUMBERS = re.compile(rf"(?:(?P<day>\d{{1,2}}){_GAP})?(?P<month>\d{{1,2}}){_GAP}(?P<year>\d{{4}})")
BACKWARDS = re.compile(rf"(?P<year>\d{{4}}){_GAP}(?P<month>\d{{1,2}})(?:{_GAP}(?P<day>\d{{1,2}}))?")
IN_WORDS = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_GAP})?(?P<month>[^\W\d_]{{3,}})\.?(?:{_GAP})?(?P<year>\d{{4}})"
)


def read_month(text: str) -> date | None:
    """The first day of the month that a text names; None where it names none, or no year in four figures."""
    text = " ".join(text.split()).casefold()
    found = IN_NUMBERS.fullmatch(text) or BACKWARDS.fullmatch(text) or IN_WORDS.fullmatch(text)
    if not found:
        return None
    named = found["month"]
    month = int(named) if named.isdecimal() else _month_by_name(named)
    try:
        return date(int(found["year"]), month, int(found["day"] or 1)).replace(day=1)
    except ValueError:  # a thirteenth month, a 31st of June
        return None


def end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_by_name(named: str) -> int:
    """A month by the start of its name in any of the site's languages; 0 where no month or more than one has it."""
    meant = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            meant |= {number for number, name in MONTHS.items() if str(name).casefold().startswith(named)}
    return meant.pop() if len(meant) == 1 else 0


class SiteForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
