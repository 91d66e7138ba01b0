from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

DEAD_AFTER = timedelta(minutes=1)  # without a heartbeat


class IndexChangeQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Not yet in the index, and not given up on."""
        return self.filter(done_at=None, parked_at=None)

    def parked(self) -> Self:
        """Refused by the index; a person looks and sends them again."""
        return self.filter(done_at=None, parked_at__isnull=False)

    def maybe_missing(self, since: int) -> Self:
        """What an index may lack that was read from the tables just after version `since` was given."""
        return self.filter(Q(done_at=None) | Q(version__gte=since))


class IndexBuildQuerySet(models.QuerySet):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def with_heartbeat(self) -> Self:
        """Those that somebody is at, by the database's clock."""
        return self.filter(heartbeat_at__gte=Now() - DEAD_AFTER)
