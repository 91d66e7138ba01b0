from django import template

from employers.models import Pledge

register = template.Library()


@register.filter
def records_stage(code: str) -> str:
    """When an employer asks about convictions, as a sentence without its subject; empty for an unknown code."""
    return str(dict(Pledge.Stage.choices).get(code, ""))


@register.filter
def miles(distance: float | None) -> str:
    """Whole miles; nobody needs the tenth of one to the middle of a postcode district."""
    return "" if distance is None else str(max(1, round(distance)))
