import re

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 200  # characters
MOST_WORDS = 32
WORD = re.compile(r"\w+(?:['’]\w+)*")


class PageSearchForm(forms.Form):
    """What a visitor looks for in the guidance; it arrives in the address."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        max_length=LONGEST,
        error_messages={
            "required": _("Type what you are looking for."),
            "max_length": _("Use fewer words: %(limit_value)d letters at most."),
        },
    )

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if len(self.data.get("q", "")) > LONGEST:
            self.data = {"q": self.data["q"][:LONGEST] + "…"}  # too long, and too long to be shown again

    def clean_q(self) -> str:
        """Its words alone: to a search engine, some signs between them mean something."""
        words = WORD.findall(self.cleaned_data["q"])
        return " ".join(words[:MOST_WORDS])
