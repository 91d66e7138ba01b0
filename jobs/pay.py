"""Pay as people say it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jobs.vocabularies import SalaryPeriod

IN_WHOLE_POUNDS = {SalaryPeriod.PER_YEAR, SalaryPeriod.PER_YEAR_PRO_RATA, SalaryPeriod.PER_MONTH}


def pay_in_words(pay_from_pence: int | None, pay_to_pence: int | None, period: str) -> str:
    """ "£12.90 an hour", "£24,000 to £26,000 a year"; empty when the job does not say."""
    lowest, highest = pay_from_pence, pay_to_pence
    if lowest is None and highest is None:
        return ""
    unit = SalaryPeriod(period).label
    if lowest is None:
        return _("up to %(amount)s %(unit)s") % {"amount": _pounds(highest, period), "unit": unit}
    if highest is None or highest == lowest:
        return f"{_pounds(lowest, period)} {unit}"
    return _("%(from)s to %(to)s %(unit)s") % {
        "from": _pounds(lowest, period),
        "to": _pounds(highest, period),
        "unit": unit,
    }


def _pounds(pence: int, period: str) -> str:
    if pence % 100 == 0 and period in IN_WHOLE_POUNDS:
        return f"£{pence // 100:,}"
    return f"£{pence / 100:,.2f}"
