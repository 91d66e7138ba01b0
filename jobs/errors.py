"""What can go wrong in this room; `public_message` is what the employer reads."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class JobError(Exception):
    """Base of this room's errors."""

    def __init__(self, public_message: str) -> None:
        super().__init__(public_message)
        self.public_message = public_message


class PledgeMissing(JobError):
    """Only an employer whose pledge is accepted and not lapsed can publish."""

    def __init__(self) -> None:
        super().__init__(_("You need an accepted pledge before you can publish a job."))


class JobNotReady(JobError):
    """`missing` names what the job still lacks, a sentence each."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = tuple(missing)


class JobIsClosed(JobError):
    def __init__(self) -> None:
        super().__init__(_("This job is closed. Post it again as a new job."))
