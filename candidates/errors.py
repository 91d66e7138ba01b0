"""What can go wrong in this room; `public_message` is what the person reads."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class CandidateError(Exception):
    """Base of this room's errors."""

    def __init__(self, public_message: str) -> None:
        super().__init__(public_message)
        self.public_message = public_message


class EvidenceInvalid(CandidateError):
    """A line that cannot be kept: empty, too long, there already, gone, or with months that cannot be."""


class MatchStopped(CandidateError):
    """A rule keeps these two apart; `reasons` are its words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(_("This person cannot be put forward now. %(why)s") % {"why": " ".join(reasons)})
        self.reasons = tuple(reasons)


class NoteMissing(CandidateError):
    def __init__(self) -> None:
        super().__init__(_("Write why this person. Your reason is kept with your name."))


class CandidateSaidNo(CandidateError):
    """Only the person themselves can change their answer."""

    def __init__(self) -> None:
        super().__init__(_("They said no to this job. They can change their answer on their own page."))


class NotWaiting(CandidateError):
    """Nobody is asking the person about this job any more."""

    def __init__(self) -> None:
        super().__init__(_("You were taken off the list for this job. Your adviser can tell you why."))
