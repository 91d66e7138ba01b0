"""Draws Django's own widgets with GOV.UK Frontend's classes. Used by templates/django/forms/field.html alone."""

from django import forms, template

register = template.Library()

KINDS = [
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-upload"),
]
CLASSES = {"checkbox": "govuk-checkboxes__input"}


@register.simple_tag
def widget_kind(field) -> str:
    for widget_class, kind in KINDS:
        if isinstance(field.field.widget, widget_class):
            return kind
    return "input"


@register.simple_tag
def govuk_widget(field) -> str:
    kind = widget_kind(field)
    own = CLASSES.get(kind, f"govuk-{kind}")
    error = f"govuk-{kind}--error" if field.errors and kind in {"input", "select", "textarea", "file-upload"} else ""
    classes = " ".join(filter(None, [own, error, field.field.widget.attrs.get("class", "")]))
    return field.as_widget(attrs={"class": classes})


@register.simple_tag
def govuk_options(field) -> list:
    """The choices of radios or checkboxes, the empty one left out, each ready to be drawn as an input and a label."""
    kind = widget_kind(field)
    options = [option for option in field.subwidgets if option.data["value"] not in ("", None)]
    for option in options:
        option.data["attrs"]["class"] = f"govuk-{kind}__input"
    return options
