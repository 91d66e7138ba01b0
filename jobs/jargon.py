"""The words of the trades and of prisons in plain English: what somebody outside would call the same work.

The vocabulary is `reference/jargon.csv`, a row a meaning. The encoder never met "FLT" or "wing cleaner", and a search
for "fork-lift" does not find the former; so a phrase is read together with what it means.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

VOCABULARY_FILE = Path(__file__).resolve().parent / "reference" / "jargon.csv"
ADD, INSTEAD, ALONE = "add", "instead", "alone"
EXACT = "="  # before a word of the file: only as it is written there, because in small letters it is another word
MOST_ADDED = 4  # meanings to one phrase


@dataclass(frozen=True, slots=True)
class Jargon:
    """One row of the vocabulary.

    words: ways to write it. how: "add" puts the meaning after the phrase; "instead" takes the place of the words, which
    say something only in prison; "alone" does so where they are the whole phrase: they have another meaning too.
    """

    words: tuple[str, ...]
    meaning: str
    how: str
    source: str


@cache
def load_jargon() -> tuple[Jargon, ...]:
    with VOCABULARY_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Jargon(tuple(row["words"].split(" | ")), row["meaning"], row["how"], row["source"])
            for row in csv.DictReader(file)
        )


@lru_cache(maxsize=50_000)
def in_plain_words(text: str) -> str:
    """The phrase with what its jargon means; the phrase itself where it has none."""
    bare = text.strip().strip(".").casefold()
    if bare in _alone():
        return _alone()[bare]
    text = _pattern(INSTEAD)[0].sub(lambda match: _meaning(INSTEAD, match.group()), text)
    known = text.casefold()
    added: list[str] = []
    for match in _pattern(ADD)[0].finditer(text):
        meaning = _meaning(ADD, match.group())
        if meaning not in added and meaning.casefold() not in known and len(added) < MOST_ADDED:
            added.append(meaning)
    return f"{text} ({'; '.join(added)})" if added else text


def _meaning(how: str, found: str) -> str:
    exact, folded = _pattern(how)[1:]
    found = re.sub(r"\s+", " ", found)
    return exact.get(found) or folded[found.casefold()]


@cache
def _alone() -> dict[str, str]:
    return {word.casefold(): row.meaning for row in load_jargon() if row.how == ALONE for word in row.words}


@cache
def _pattern(how: str) -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """What finds the words, longest first; the meanings of those that count only as written, and of all others."""
    exact, folded = {}, {}
    for row in load_jargon():
        for word in row.words if row.how == how else ():
            if word.startswith(EXACT):
                exact[word.removeprefix(EXACT)] = row.meaning
            else:
                folded[word.casefold()] = row.meaning
    parts = [
        re.escape(word) if word in exact else f"(?i:{re.escape(word)})"
        for word in sorted([*exact, *folded], key=lambda word: (-len(word), word))
    ]
    spaced = "|".join(parts).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w-])(?:{spaced})(?![\w-])"), exact, folded
