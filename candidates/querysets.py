from __future__ import annotations

from typing import Self

from django.db import models

from accounts.models import AgencyMember


class CandidateQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """The person themselves, and the advisers and managers of the agency that works with them."""
        if not user.is_authenticated:
            return self.none()
        agencies = AgencyMember.objects.advisers().filter(user=user).values("agency")
        return self.filter(models.Q(user=user) | models.Q(agency__in=agencies))

    def advised_by(self, user) -> Self:
        """Those whom this person advises or manages; never their own record."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(agency__in=AgencyMember.objects.advisers().filter(user=user).values("agency")).exclude(
            user=user
        )

    def released_to_employers(self) -> Self:
        return self.filter(released_to_employers_at__isnull=False)

    def for_matching(self) -> Self:
        """With everything that a search document or a match reads."""
        return self.select_related("home_outcode", "prison", "agency").prefetch_related(
            # Into a list, because a manager and a queryset for every line took a quarter of a ranking's time.
            models.Prefetch("evidence__credentials", to_attr="credentials_read"),
            "prison__academies__courses",
        )


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """Those of the candidates this person may see. Employers come with a later stage of the pipeline."""
        from candidates.models import Candidate

        return self.filter(candidate__in=Candidate.objects.visible_to(user))

    def on_shortlist(self) -> Self:
        return self.filter(status__in=[self.model.Status.PUT_FORWARD, self.model.Status.ACCEPTED])
