"""What the parser hands out."""

from __future__ import annotations

from dataclasses import dataclass

from search.adverts.doubts import Doubt

TASK, SKILL, CREDENTIAL, EXPERIENCE = "task", "skill", "credential", "experience"


@dataclass(frozen=True, slots=True)
class AdvertLine:
    """One requirement: offsets into the advert as given, and its text without bullets, tags and broken line ends."""

    text: str
    start: int
    end: int
    kind: str
    essential: bool


@dataclass(frozen=True, slots=True)
class AdvertCredential:
    """A credential that the advert names. `slug` is empty for one outside the vocabulary.

    `status`: must, nice, training, not_needed or about. `accepts_equivalent`: something else is taken as well, so that
    lacking it must not stop anybody.
    """

    start: int
    end: int
    slug: str
    kind: str
    text: str
    status: str
    accepts_equivalent: bool = False

    @property
    def stops(self) -> bool:
        """Whether a person without it cannot do the job, so far as the advert says."""
        return bool(self.slug) and self.status == "must" and not self.accepts_equivalent


@dataclass(frozen=True, slots=True)
class ParsedAdvert:
    title: str
    lines: tuple[AdvertLine, ...]
    credentials: tuple[AdvertCredential, ...]
    text: str = ""  # the advert as given, into which all offsets point
    doubts: tuple[Doubt, ...] = ()  # what the parser cannot judge

    def credentials_in(self, line: AdvertLine) -> tuple[AdvertCredential, ...]:
        return tuple(found for found in self.credentials if found.start < line.end and line.start < found.end)
