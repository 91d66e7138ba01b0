from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone


class PledgeQuerySet(models.QuerySet):
    def current(self, on: date | None = None) -> Self:
        """Accepted and not yet due for review."""
        return self.filter(status=self.model.Status.ACCEPTED, review_date__gte=on or timezone.localdate())


class EmployerQuerySet(models.QuerySet):
    def with_current_pledge(self, on: date | None = None) -> Self:
        from employers.models import Pledge

        return self.filter(models.Exists(Pledge.objects.current(on).filter(employer=models.OuterRef("pk"))))

    def run_by(self, user) -> Self:
        """Employers that this person owns or recruits for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(members__user=user).distinct()

    def visible_to(self, user) -> Self:
        """A person's own employers; to everybody else those with a current pledge."""
        pledged = self.with_current_pledge()
        return (pledged | self.filter(pk__in=self.run_by(user).values("pk"))).distinct()
