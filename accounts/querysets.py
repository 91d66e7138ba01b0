from __future__ import annotations

from typing import Self

from django.db import models


class OutcodeQuerySet(models.QuerySet):
    def positions(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude of every district, by code."""
        return {code: (lat, lon) for code, lat, lon in self.values_list("code", "latitude", "longitude")}


class AgencyMemberQuerySet(models.QuerySet):
    def advisers(self) -> Self:
        """Those who may see a candidate's record and shortlist."""
        return self.filter(role__in=[self.model.Role.ADVISER, self.model.Role.MANAGER])
