from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import formats, timezone
from django.utils.translation import get_language

from cms import navigation

register = template.Library()


@register.simple_tag
def page_path(slug: str = "") -> str:
    return navigation.page_path(slug)


@register.simple_tag(takes_context=True)
def other_language(context) -> dict:
    """The language that is not being shown, its own name for itself, and this page's address in it."""
    code = next(code for code, _name in settings.LANGUAGES if code != get_language())
    request = context.get("request")
    url = translate_url(request.get_full_path(), code) if request else f"/{code}/"
    page = context.get("page")
    if hasattr(page, "get_translations"):
        translation = page.get_translations().filter(locale__language_code=code, live=True).first()
        if translation and page.locale.language_code == get_language():
            url = translation.get_url(request) or url
    return {"code": code, "name": {"en": "English", "cy": "Cymraeg"}[code], "url": url}


@register.filter
def page_range(paginator, number: int) -> list:
    """Page numbers around the one shown; None where some are left out."""
    return [
        entry if isinstance(entry, int) else None for entry in paginator.get_elided_page_range(number, on_each_side=1)
    ]


@register.filter
def day(value) -> str:
    """A day as people say it: "9 December", with the year if it is not this one."""
    if not value:
        return ""
    pattern = "j F" if value.year == timezone.localdate().year else "j F Y"
    return formats.date_format(value, pattern)
