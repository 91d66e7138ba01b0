"""Cards, licences, registrations and qualifications: the vocabulary, and finding them in prose.

The vocabulary is `reference/credentials.csv`, a row a credential, with the source of each. Its names are looked for
with tolerant spelling; `credential_families.py` adds what no list of names can hold ("NVQ Level 2 in Pharmacy").
Nothing here touches the database.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jobs.credential_families import OTHER, find_in_families, own_levels
from jobs.credential_own_words import own_names
from jobs.credential_status import is_held, sentence_status

VOCABULARY_FILE = Path(__file__).resolve().parent / "reference" / "credentials.csv"
LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """One row of the vocabulary.

    `implies`: slugs of what its holder may do as well, one step. `weak_names`: those of the other names that are a
    machine or a topic as well ("reach truck"); the file marks them with a tilde.
    """

    slug: str
    name: str
    other_names: tuple[str, ...]
    kind: str
    level: int | None
    implies: tuple[str, ...]
    valid_years: int | None
    awarded_by: str
    how_to_get: str
    source: str
    weak_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CredentialMention:
    """Where a text names a credential. `slug` is empty for one that the vocabulary does not hold."""

    start: int
    end: int
    slug: str
    kind: str
    text: str


@cache
def load_vocabulary() -> tuple[CredentialEntry, ...]:
    with VOCABULARY_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_entry(row) for row in csv.DictReader(file))


def _entry(row: dict[str, str]) -> CredentialEntry:
    names = [name.strip() for name in row["other_names"].split("|") if name.strip()]
    return CredentialEntry(
        slug=row["slug"],
        name=row["name"],
        other_names=tuple(name.removeprefix("~") for name in names),
        kind=row["kind"],
        level=int(row["level"]) if row["level"] else None,
        implies=tuple(row["implies"].split()),
        valid_years=int(row["valid_years"]) if row["valid_years"] else None,
        awarded_by=row["awarded_by"],
        how_to_get=row["how_to_get"],
        source=row["source"],
        weak_names=frozenset(name.removeprefix("~") for name in names if name.startswith("~")),
    )


@cache
def credentials_by_slug() -> dict[str, CredentialEntry]:
    return {entry.slug: entry for entry in load_vocabulary()}


def credential_name(slug: str) -> str:
    """The name a person reads; the slug itself if the vocabulary does not hold it."""
    entry = credentials_by_slug().get(slug)
    return entry.name if entry else slug


def closure(slugs: Iterable[str]) -> frozenset[str]:
    """The slugs and all that holding them implies, however many steps away."""
    known, found, waiting = credentials_by_slug(), set(), list(slugs)
    while waiting:
        slug = waiting.pop()
        if slug not in found:
            found.add(slug)
            waiting += known[slug].implies if slug in known else ()
    return frozenset(found)


def most_specific(slugs: Iterable[str]) -> list[str]:
    """The credentials that no other of them implies: a counterbalance licence says more than a forklift licence."""
    slugs = set(slugs)
    return sorted(slug for slug in slugs if not any(slug in closure([other]) for other in slugs - {slug}))


def find_credentials(text: str) -> list[CredentialMention]:
    """Every mention in order, none overlapping another: of two that do, the longer."""
    read = re.sub(r"\\[nrt]|[\n\r\t\u00a0]", lambda m: " " * len(m.group()), text[:LONGEST_TEXT])  # the same offsets
    slugs, weak, pattern = _names()
    found = []
    for match in pattern.finditer(read):
        name = _flat(match.group("name"))
        if name in slugs and (name not in weak or _is_ticket(read, match.start(), match.end())):
            found.append((match.start(), match.end(), slugs[name], ""))
    short_slugs, short_pattern = _short_names()
    found += [(m.start(), m.end(), short_slugs[m.group("name")], "") for m in short_pattern.finditer(read)]
    found += find_in_families(read)
    return _longest_first(text, found)


def mention_status(text: str, mention: CredentialMention) -> str:
    """What an advert says of it: must, nice, training, not_needed, or about (named, not asked of the applicant)."""
    return sentence_status(text, mention.start, mention.end, mention.kind)


def held_credentials(line_text: str) -> frozenset[str]:
    """The credentials that a person's own line says they hold; see `closure` for what those imply."""
    known, read = credentials_by_slug(), line_text[:LONGEST_TEXT]
    named = [(found.start, found.end, found.slug) for found in find_credentials(line_text) if found.slug]
    named += [
        (start, end, slug)
        for start, end, slug, _kind in (*own_levels(read), *own_names(read, _is_ticket))
        if slug in known
    ]
    held = {one for one in named if is_held(line_text, *one[:2])}
    return frozenset(slug for start, end, slug in held if not _says_less((start, end, slug), held))


def _says_less(one: tuple[int, int, str], found: Iterable[tuple[int, int, str]]) -> bool:
    """Whether words that overlap it name something that covers it: "first aider at work" is no first aid besides."""
    start, end, slug = one
    return any(
        other != slug and begin < end and start < stop and slug in closure([other]) for begin, stop, other in found
    )


def _flat(name: str) -> str:
    """A name without the differences of spelling that do not matter."""
    name = re.sub(r"licens", "licenc", name.lower().replace("’", "'"))
    name = re.sub(r"'s?\b", "", name)
    name = re.sub(r"[\s\-–/]+", "", name)
    return re.sub(r"(?<=[a-z]{3})s$", "", name)


def _tolerant(name: str) -> str:
    """A pattern for a name in any case, with or without hyphens, plural or not, licence or license."""
    words = [re.escape(word) for word in re.split(r"[\s\-/]+", re.sub(r"['’]", "", name.lower())) if word]
    words = [re.sub(r"licen[cs]e", "licen[cs]e", word) for word in words]
    words = [re.sub(r"^(driver|manager|supervisor|tester|labourer|worker)s?$", r"\1['’]?s?", word) for word in words]
    has_plural = words[-1][-1].isalpha() and words[-1] != "cpc"  # CPCS is another card
    return r"[\s\-–/]{0,3}".join(words) + (r"(?:['’]?s)?" if has_plural else "")


def _is_short(name: str) -> bool:
    """Names of few capitals are words in small letters ("coss", "sia" are names too): they must be written so."""
    return name.isupper() and len(name) <= 5


TICKET_WORDS = re.compile(
    r"\b(?:licen[cs]\w*|cert(?:s|ifi\w*)?|tickets?|qualif\w*|cards?|trained|accredit\w*|badge|passed|level \d|refresher"
    r"|award|course|"
    r"rtitb|itssar|aitt|cpcs|npors|city (?:and|&) guilds|in[- ]date)\b",
    re.IGNORECASE,
)


def _is_ticket(text: str, start: int, end: int) -> bool:
    """A machine or a topic ("reach truck") is a credential beside a word for one, or where nothing else is said."""
    around = text[max(0, start - 25) : end + 30]
    return bool(TICKET_WORDS.search(around)) or len(text.split()) <= len(text[start:end].split())


TAIL = (
    r"(?:[\s\-](?:cards?|licen[cs]es?|certificates?|certifications?|tickets?|qualifications?|badges?|registration"
    r"|accreditations?|"
    r"passports?|training)\b)?"
)
LEAD = r"(?:\b(?:full|valid|current|clean|in[- ]date|uk|gb|legal|manual|eu|relevant)\b,?[\s/]+){0,5}"


@cache
def _names() -> tuple[dict[str, str], frozenset[str], re.Pattern]:
    """The slug of each name without its differences of spelling, the weak ones among them, and a pattern for all."""
    slug_of: dict[str, str] = {}
    weak = set()
    patterns: list[tuple[str, str]] = []
    for entry in load_vocabulary():
        for name in (*entry.other_names, re.sub(r"\s*\(.*\)|,.*", "", entry.name)):
            if _is_short(name) or (re.match(r"(?:Level|Functional) ", name) and not entry.other_names):
                continue
            slug_of.setdefault(_flat(name), entry.slug)
            if name in entry.weak_names:
                weak.add(_flat(name))
            patterns.append((name, _tolerant(name)))
    patterns.sort(key=lambda pair: -len(pair[0]))
    names = "|".join(dict.fromkeys(pattern for _name, pattern in patterns))
    return slug_of, frozenset(weak), re.compile(rf"{LEAD}(?<![\w+])(?P<name>{names})(?![\w+]){TAIL}", re.IGNORECASE)


@cache
def _short_names() -> tuple[dict[str, str], re.Pattern]:
    slug_of = {
        name: entry.slug for entry in reversed(load_vocabulary()) for name in entry.other_names if _is_short(name)
    }
    names = "|".join(re.escape(name) for name in sorted(slug_of, key=len, reverse=True))
    return slug_of, re.compile(rf"(?<![\w+&.])(?P<name>{names})(?:s|['’]s)?(?![\w+&]){TAIL}")


def _longest_first(text: str, found: list[tuple[int, int, str, str]]) -> list[CredentialMention]:
    known = credentials_by_slug()
    taken: list[tuple[int, int]] = []
    mentions = []
    for start, end, slug, kind in sorted(found, key=lambda m: (-(m[1] - m[0]), not m[2], m[0])):
        if slug and slug not in known:
            slug = ""
        if end <= start or any(start < b and a < end for a, b in taken):
            continue
        taken.append((start, end))
        kind = known[slug].kind if slug else kind or OTHER
        mentions.append(CredentialMention(start, end, slug, kind, text[start:end]))
    return sorted(mentions, key=lambda mention: mention.start)
