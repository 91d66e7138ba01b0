from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.utils import timezone

from employers.models import Employer


class CredentialQuerySet(models.QuerySet):
    def closure(self) -> dict[str, frozenset[str]]:
        """For each credential's slug, itself and everything that holding it implies."""
        implied: dict[str, set[str]] = {slug: {slug} for slug in self.values_list("slug", flat=True)}
        edges = self.model.implies.through.objects.values_list("from_credential_id", "to_credential_id")
        changed = True
        while changed:
            changed = False
            for higher, lower in edges:
                before = len(implied[higher])
                implied[higher] |= implied[lower]
                changed |= len(implied[higher]) != before
        return {slug: frozenset(slugs) for slug, slugs in implied.items()}


class CourseQuerySet(models.QuerySet):
    def upcoming(self, on: date | None = None) -> Self:
        """Courses with a start on or after the day, soonest first."""
        return self.filter(next_start_date__gte=on or timezone.localdate()).order_by("next_start_date")


class JobQuerySet(models.QuerySet):
    def open(self, on: date | None = None) -> Self:
        """Published by an employer whose pledge stands, and not past closing; a rolling job has no closing date."""
        on = on or timezone.localdate()
        can_apply = models.Q(closing_date__isnull=True) | models.Q(closing_date__gte=on)
        return self.filter(
            can_apply,
            status=self.model.Status.PUBLISHED,
            employer__in=Employer.objects.with_current_pledge(on),
        )

    def visible_to(self, user) -> Self:
        """Open jobs for everybody; to an employer's own people all of that employer's."""
        own = Employer.objects.run_by(user)
        return self.filter(models.Q(pk__in=self.model.objects.open().values("pk")) | models.Q(employer__in=own))

    def editable_by(self, user) -> Self:
        return self.filter(employer__in=Employer.objects.run_by(user))

    def for_listing(self) -> Self:
        return self.select_related("employer", "outcode")

    def for_matching(self) -> Self:
        """With everything that a search document or a match reads."""
        return self.select_related("employer", "outcode").prefetch_related(
            "requirements__credentials", "employer__pledges"
        )
