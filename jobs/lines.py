"""From the words of a requirement line, as an employer typed it, to the credentials that it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.credential_choices import wanted_together
from jobs.credential_status import MUST, TRAINING, accepts_equivalent
from jobs.credentials import credential_name, find_credentials, mention_status
from jobs.imports import RequirementLine
from jobs.models import Requirement


def lines_from_text(
    text: str, *, kind: str = Requirement.Kind.SKILL, is_essential: bool = True, is_training_given: bool = False
) -> list[RequirementLine]:
    """The line with what it insists on or trains for first, and a line for everything that it asks for besides.

    A credential that an equivalent may replace is none of them: lacking it stops nobody.
    """
    asked = [
        (mention, status)
        for mention in find_credentials(text)
        if mention.slug
        and (status := mention_status(text, mention)) in (MUST, TRAINING)
        and not accepts_equivalent(text, mention.start, mention.end)
    ]
    first, further = wanted_together(text, [mention for mention, _status in asked])
    is_training_given = is_training_given or any(status == TRAINING for _mention, status in asked)
    kind = Requirement.Kind.CREDENTIAL if first else kind
    line = RequirementLine(text, kind, is_essential, tuple(sorted(first)), is_training_given)
    return [line, *lines_besides(further, is_essential=is_essential, is_training_given=is_training_given)]


def lines_besides(
    further: Iterable[frozenset[str]], *, is_essential: bool, is_training_given: bool
) -> list[RequirementLine]:
    """A line for each set of credentials of which one is asked for, in the words of the vocabulary."""
    return [
        RequirementLine(
            " or ".join(credential_name(slug) for slug in sorted(wanted)),
            Requirement.Kind.CREDENTIAL,
            is_essential,
            tuple(sorted(wanted)),
            is_training_given,
        )
        for wanted in further
    ]
