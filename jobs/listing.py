"""The list of jobs as one question: which filters are on, what each does now, and the address without it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from jobs.forms import DEFAULT_MILES, MILES, JobFilterForm
from jobs.models import Job
from jobs.querysets import JobQuerySet

NEWEST, NEAREST = "newest", "nearest"


class Listing:
    """Reads the address's parameters; a filter that is not understood is left out and its field says why."""

    def __init__(self, data, user):
        asked = data.copy()
        if not asked.get("miles"):
            asked["miles"] = str(DEFAULT_MILES)
        self.form = JobFilterForm(asked)
        self.form.is_valid()
        self.asked = self.form.cleaned_data
        self.user = user
        self.place = self.asked.get("place")
        self.miles = self.asked.get("miles") or DEFAULT_MILES
        self.order = NEAREST if self.place and data.get("order") == NEAREST else NEWEST

    def jobs(self) -> JobQuerySet:
        jobs = Job.objects.open().visible_to(self.user).for_listing().with_records_asked()
        for field in ("opportunity", "hours", "sector"):
            if value := self.asked.get(field):
                jobs = jobs.filter(**{field: value})
        if words := self.asked.get("words"):
            jobs = jobs.saying(words)
        if self.place:
            jobs = jobs.within_miles(self.place.latitude, self.place.longitude, self.miles)
        return jobs.nearest_first() if self.order == NEAREST else jobs.newest_first()

    def has_more_filters(self) -> bool:
        return any(self.asked.get(field) or field in self.form.errors for field in ("opportunity", "hours", "sector"))

    def query(self, **changes) -> str:
        """The parameters of this list, with some changed; None takes one out."""
        parameters = {name: self.asked.get(name) for name in ("words", "opportunity", "hours", "sector")}
        if self.place:
            parameters |= {"place": self.place.name, "miles": self.miles}
        if self.order == NEAREST:
            parameters["order"] = NEAREST
        parameters |= changes
        return urlencode({name: value for name, value in parameters.items() if value})

    def query_newest(self) -> str:
        return self.query(order=None)

    def query_nearest(self) -> str:
        return self.query(order=NEAREST)

    def chips(self) -> list[tuple[str, str]]:
        """(what a filter does now, the address without it) for each filter that is on."""
        chips = []
        if words := self.asked.get("words"):
            chips.append((_("says “%(words)s”") % {"words": words}, self._without(words=None)))
        if self.place:
            text = _("within %(miles)s miles of %(place)s") % {"miles": self.miles, "place": self.place.name}
            chips.append((text, self._without(place=None, miles=None, order=None)))
        for field in ("opportunity", "hours", "sector"):
            if value := self.asked.get(field):
                label = dict(self.form.fields[field].choices)[value]
                chips.append((str(label), self._without(**{field: None})))
        return chips

    def ways_on(self) -> list[tuple[str, str]]:
        """(what to do, the address) when nothing was found."""
        steps = []
        wider = next((miles for miles, _label in MILES if miles > self.miles), None)
        if self.place and wider:
            steps.append((_("Look within %(miles)s miles") % {"miles": wider}, "?" + self.query(miles=wider)))
        if self.place:
            steps.append((_("Look everywhere"), self._without(place=None, miles=None, order=None)))
        if self.asked.get("words") and len(self.chips()) > 1:
            steps.append((_("Look for other words"), self._without(words=None)))
        if len(self.chips()) > 0:
            steps.append((_("Take all filters off"), "?"))
        return steps

    def _without(self, **changes) -> str:
        return "?" + self.query(**changes)
