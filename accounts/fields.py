"""Form fields that several rooms ask for: a day, and a postcode district."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Outcode
from accounts.places import OUTCODE

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y"]


class DateField(forms.DateField):
    """A day: the browser's own picker, and typed as people type it where there is none."""

    widget = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Write a day like 9/1/2027.")}

    def __init__(self, **kwargs):
        super().__init__(input_formats=DATE_FORMATS, **kwargs)


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


class SiteForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
