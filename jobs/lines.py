"""From the words of a requirement line, as an employer typed it, to the credentials that it asks for."""

from __future__ import annotations

from jobs.credential_status import MUST, TRAINING, accepts_equivalent
from jobs.credentials import find_credentials, mention_status
from jobs.imports import RequirementLine
from jobs.models import Requirement


def line_from_text(
    text: str, *, kind: str = Requirement.Kind.SKILL, is_essential: bool = True, is_training_given: bool = False
) -> RequirementLine:
    """A line with the credentials that it insists on or trains for, but none that an equivalent may replace."""
    asked = {
        mention.slug: mention_status(text, mention)
        for mention in find_credentials(text)
        if mention.slug and not accepts_equivalent(text, mention.start, mention.end)
    }
    credentials = tuple(slug for slug, status in asked.items() if status in (MUST, TRAINING))
    return RequirementLine(
        text,
        Requirement.Kind.CREDENTIAL if credentials else kind,
        is_essential,
        credentials,
        is_training_given or TRAINING in asked.values(),
    )
