"""Django's own strings that people read here, named so that our Welsh catalogue may say them.

Django's Welsh lacks some of these and gets others wrong. Nothing imports this module: `makemessages` reads it, so that
the strings stay in cms/locale, which goes before Django's own.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, npgettext_lazy

FORM_ERRORS = [
    _("This field is required."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
        "max",
    ),
]

# Django's own Welsh misspells it.
MONTH = _("July")

# What `naturaltime` says of a day that is past.
TIMES = [
    _("%(delta)s ago"),
    _(", "),
    npgettext_lazy("naturaltime-past", "%(num)d year", "%(num)d years", "num"),
    npgettext_lazy("naturaltime-past", "%(num)d month", "%(num)d months", "num"),
    npgettext_lazy("naturaltime-past", "%(num)d week", "%(num)d weeks", "num"),
    npgettext_lazy("naturaltime-past", "%(num)d day", "%(num)d days", "num"),
    npgettext_lazy("naturaltime-past", "%(num)d hour", "%(num)d hours", "num"),
    npgettext_lazy("naturaltime-past", "%(num)d minute", "%(num)d minutes", "num"),
]
