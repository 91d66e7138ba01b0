from __future__ import annotations

from typing import Self

from django.db import models

MOST_ATTEMPTS = 20  # then a change stays parked with its error until somebody looks


class IndexChangeQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Not yet in the index, and not given up on."""
        return self.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)

    def parked(self) -> Self:
        return self.filter(done_at=None, attempts__gte=MOST_ATTEMPTS)
