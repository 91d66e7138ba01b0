from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt
from django.utils import timezone

from accounts.places import EARTH_RADIUS_MILES, MILES_A_DEGREE
from employers.models import Employer, Pledge
from jobs.vocabularies import BaseLocation


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

    def saying(self, words: str) -> Self:
        """Jobs in which every word stands somewhere: in the title, the employer's name or a requirement."""
        from jobs.models import Requirement

        found = self
        for word in words.split():
            line = Requirement.objects.filter(job=models.OuterRef("pk"), text__icontains=word)
            found = found.filter(
                models.Q(title__icontains=word) | models.Q(employer__name__icontains=word) | models.Exists(line)
            )
        return found

    def with_distance_from(self, latitude: float, longitude: float) -> Self:
        """Each with `distance_miles` (haversine); null where the work is done at home or the place is unknown."""
        lat, lon = models.F("outcode__latitude"), models.F("outcode__longitude")
        half = Power(Sin((Radians(lat) - Radians(models.Value(latitude))) / 2), 2) + Cos(Radians(lat)) * Cos(
            Radians(models.Value(latitude))
        ) * Power(Sin((Radians(lon) - Radians(models.Value(longitude))) / 2), 2)
        miles = 2 * EARTH_RADIUS_MILES * ASin(Sqrt(Least(half, models.Value(1.0))))
        return self.annotate(
            distance_miles=models.Case(
                models.When(base_location=BaseLocation.REMOTE, then=None),
                models.When(outcode__isnull=True, then=None),
                default=miles,
                output_field=models.FloatField(),
            )
        )

    def within_miles(self, latitude: float, longitude: float, miles: float) -> Self:
        """Jobs no further away, and those done at home. A box in plain columns first, then the circle."""
        degrees = miles / MILES_A_DEGREE
        # A degree of longitude shrinks northwards; at 61 degrees, past Shetland, it is under half.
        box = models.Q(
            outcode__latitude__range=(latitude - degrees, latitude + degrees),
            outcode__longitude__range=(longitude - 2.1 * degrees, longitude + 2.1 * degrees),
        )
        at_home = models.Q(base_location=BaseLocation.REMOTE)
        return (
            self.filter(box | at_home)
            .with_distance_from(latitude, longitude)
            .filter(models.Q(distance_miles__lte=miles) | at_home)
        )

    def with_records_asked(self) -> Self:
        """Each with `records_asked`, the stage of the employer's pledge that stands today."""
        pledge = Pledge.objects.current().filter(employer=models.OuterRef("employer")).order_by("-review_date")
        return self.annotate(records_asked=models.Subquery(pledge.values("records_asked")[:1]))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def nearest_first(self) -> Self:
        """After `with_distance_from`; jobs done at home come last."""
        return self.order_by(models.F("distance_miles").asc(nulls_last=True), "-published_at", "-pk")

    def for_matching(self) -> Self:
        """With everything that a search document or a match reads."""
        return self.select_related("employer", "outcode").prefetch_related(
            "requirements__credentials", "employer__pledges"
        )
