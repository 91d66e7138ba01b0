import textwrap

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from candidates.models import Evidence
from employers.models import Pledge

register = template.Library()


@register.filter
def proof_word(code: str) -> str:
    return str(dict(Evidence.Proof.choices).get(code, code))


@register.filter
def kind_word(code: str) -> str:
    return str(dict(Evidence.Kind.choices).get(code, code))


@register.filter
def cut_to(text: str, most: int) -> str:
    """The beginning of a text, at most so many characters, cut between words."""
    return textwrap.shorten(text, most, placeholder="…") if " " in text[:most] else text[:most]


@register.filter
def rule_word(name: str) -> str:
    """A rule's name as a short heading."""
    words = {
        "not_released": _("No yes to employers yet"),
        "too_far": _("Too far"),
        "not_available": _("Cannot start in time"),
        "must_have_missing": _("Must-have missing"),
    }
    return words.get(name, _("The job itself"))


@register.filter
def records_stage_short(code: str) -> str:
    """When an employer asks about convictions, for a line of facts about the job."""
    words = {
        Pledge.Stage.NEVER: _("never asks about records"),
        Pledge.Stage.AFTER_SHORTLIST: _("asks about records after the shortlist"),
        Pledge.Stage.AFTER_INTERVIEW: _("asks about records after the interview"),
        Pledge.Stage.AFTER_OFFER: _("asks about records after the offer"),
    }
    return words.get(code, "")


@register.filter
def lasting(months: int) -> str:
    """ "2 years", "18 months": whole years as years."""
    if months == 48:
        return _("4 years")  # Welsh has no plural form for 4 among its six, and years need one
    if months % 12 == 0:
        return ngettext("%(n)d year", "%(n)d years", months // 12) % {"n": months // 12}
    return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


@register.filter
def whole_miles(distance: float) -> int:
    return max(1, round(distance))


@register.filter
def has_passed(day) -> bool:
    return day < timezone.localdate()


@register.filter
def has_come(day) -> bool:
    return day <= timezone.localdate()
