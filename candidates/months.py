"""When work was done, to the month: one rule for the pages, the services and the imports. A form asks for more."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from candidates.models import Evidence

EARLIEST_YEAR = 1940  # what is earlier is a slip of the finger


def months_problem(kind: str, from_date: date | None, to_date: date | None) -> tuple[str, str] | None:
    """What keeps a line of `kind` from having these first and last days: the name of the field, and what to do.

    Neither is fine for every line. The last day may lie in this month.
    """
    if from_date is None and to_date is None:
        return None
    if kind not in Evidence.LASTING:
        return "from_date", _("Leave the months empty. They are only for a job, work in prison or work on day release.")
    if from_date is None:
        return "from_date", _("Write when it started too.")
    today = timezone.localdate()
    for name, day in (("from_date", from_date), ("to_date", to_date)):
        if day and day.replace(day=1) > today:
            return name, _("That month has not come yet. Check the year.")
        if day and day.year < EARLIEST_YEAR:
            return name, _("That is too long ago. Check the year.")
    if to_date and to_date < from_date:
        return "to_date", _("The end is before the start. Check both months.")
    return None
