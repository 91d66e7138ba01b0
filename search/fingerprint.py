"""What an index was made with. When one of these changes, the index answers wrongly and is asked to be made anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from search.embeddings import MODEL_NAME

REFERENCE = Path(__file__).resolve().parent.parent / "jobs" / "reference"
# What decides which credentials a document holds or asks for, what is embedded, and by which words it is found.
VOCABULARY = (
    REFERENCE / "credentials.csv",
    REFERENCE / "jargon.csv",
    REFERENCE.parent / "credential_history.py",
    REFERENCE.parent / "jargon.py",
    Path(__file__).parent / "levels.py",
    Path(__file__).parent / "marks.py",
    Path(__file__).parent / "scrubbing.py",
    Path(__file__).parent / "words.py",
)
NAMES = {
    "format": "the layout of the index has changed",
    "model": "the encoder has changed",
    "vocabulary": "the vocabulary of credentials or of jargon has changed",
}


@cache
def fingerprint(layout: str) -> dict[str, str]:
    """layout: the engine's own version of what it writes."""
    digest = hashlib.sha256()
    for path in VOCABULARY:
        digest.update(path.read_bytes())
    return {"format": layout, "model": MODEL_NAME, "vocabulary": digest.hexdigest()[:16]}


def what_changed(found: dict[str, str], wanted: dict[str, str]) -> str:
    """In words, why an index with the fingerprint `found` is of no use; "" if it is the one that is wanted."""
    return ", ".join(NAMES[name] for name, value in wanted.items() if found.get(name) != value)
