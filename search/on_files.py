"""Ranking the rows of files: the same documents, engine, rules and matcher as the site, and nothing in the database."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from accounts.outcodes import known_outcodes
from candidates.rows import CandidateRow
from jobs.credential_choices import wanted_together
from jobs.credential_status import accepts_equivalent
from jobs.credential_titles import title_credentials
from jobs.credentials import closure, credential_name, find_credentials, mention_status
from jobs.imports import RequirementLine
from jobs.lines import lines_besides
from jobs.rows import JobRow
from search.adverts import ParsedAdvert, parse_advert
from search.documents import (
    CandidateDocument,
    JobDocument,
    Requirement,
    candidate_document_from_row,
    job_document_from_row,
)
from search.embeddings import Embedder
from search.engines.base import Query
from search.engines.embedded import EmbeddedEngine
from search.gaps import Catalogue, catalogue, credential_offers
from search.indexing import indexed_candidate, indexed_job
from search.matching import Match, Side, best_first, candidate_side, explain, job_side, score_all
from search.rules import Closed, MustHaveMissing, NotAvailable, Rule, TooFar, stops

Progress = Callable[[int, int], None]
MUST, TRAINING = "must", "training"
DEMAND = re.compile(
    r"\b(?:must|need\w*|require\w*|essential|possess\w*|hold\w*|have|valid|current|certifi\w+|licen[cs]ed?|ticket|card)\b",
    re.IGNORECASE,
)


def rules_for_files(on: date | None, within: float | None) -> tuple[Rule, ...]:
    """Must-haves always; the rules of time and place only when asked for: such files are about the work, and old."""
    rules: list[Rule] = [Closed(), NotAvailable()] if on else []
    if within is not None:
        rules.append(TooFar(within))
    return (*rules, MustHaveMissing())


def requirements_of_statements(statements: Sequence[str]) -> list[Requirement]:
    """Each statement one line, its text as it is."""
    lines = []
    for text in statements:
        statuses = [
            (found, mention_status(text, found))
            for found in find_credentials(text)
            if found.slug and not accepts_equivalent(text, found.start, found.end)
        ]
        asked = [(found, status) for found, status in statuses if status in (MUST, TRAINING)]
        if not DEMAND.search(text):
            asked = []  # a task that names a ticket or a nurse asks nobody for either
        first, further = wanted_together(text, [found for found, _status in asked])
        lines.append(
            Requirement(
                text,
                credentials=first,
                is_training_given=any(status == TRAINING for _found, status in asked),
                further=further,
            )
        )
    return lines


def requirements_of_advert(advert: ParsedAdvert) -> list[Requirement]:
    """The parser's lines with the credentials that each asks for; one that stands outside every line is its own.

    What an advert says twice is one line.
    """
    lines, covered, said = [], set(), set()
    for line in advert.lines:
        if line.text.casefold() in said:
            continue
        said.add(line.text.casefold())
        inside = [found for found in advert.credentials if line.start <= found.start < line.end]
        covered.update(id(found) for found in inside)
        asked = [found for found in inside if found.stops or (found.slug and found.status == TRAINING)]
        first, further = wanted_together(advert.text, asked)
        is_taught = any(found.status == TRAINING for found in asked)
        lines.append(Requirement(line.text, line.kind, line.essential, first, is_taught, further))
    for found in advert.credentials:
        if id(found) not in covered and found.stops and found.text.casefold() not in said:
            said.add(found.text.casefold())
            lines.append(Requirement(found.text, "credential", True, frozenset({found.slug})))
    if wanted := _of_title(advert):
        text = " or ".join(credential_name(slug) for slug in sorted(wanted))
        lines.append(Requirement(text, "credential", True, wanted))
    return lines


def _of_title(advert: ParsedAdvert) -> frozenset[str]:
    """What the title alone asks for; nothing where the text speaks of it, or of what covers it, in whatever way."""
    wanted = title_credentials(advert.title)
    spoken_of = closure(found.slug for found in advert.credentials if found.slug)
    covering = {slug for slug in wanted for found in advert.credentials if found.slug in closure([slug])}
    return frozenset() if wanted & spoken_of or covering else wanted


def as_rows(requirements: Sequence[Requirement]) -> list[RequirementLine]:
    """The lines as a job keeps them; one that asks for a credential is of that kind.

    What a line asks for besides is a line of its own, in the words of the vocabulary.
    """
    rows = []
    for line in requirements:
        kind = "credential" if line.credentials else line.kind
        wanted = tuple(sorted(line.credentials))
        rows.append(RequirementLine(line.text, kind, line.is_essential, wanted, line.is_training_given))
        rows += lines_besides(line.further, is_essential=line.is_essential, is_training_given=line.is_training_given)
    return rows


@dataclass(frozen=True)
class Documents:
    """The documents of one file with their vectors, in the order of its rows."""

    documents: tuple[Any, ...]
    vectors: tuple[np.ndarray, ...]
    sides: tuple[Side, ...]


def read_job_documents(
    rows: Sequence[JobRow],
    embedder: Embedder,
    reading: Progress | None = None,
    embedding: Progress | None = None,
    *,
    explained: bool = True,
) -> Documents:
    """Jobs with their requirement lines. `reading` hears of rows parsed, `embedding` of new phrases.

    Not `explained`, the clauses are left out of the vectors: a score needs the lines alone.
    """
    positions = known_outcodes()
    documents = []
    for number, row in enumerate(rows, start=1):
        if row.statements:
            requirements, title = requirements_of_statements(row.statements), row.title
        else:
            advert = parse_advert(row.text, title=row.title, embedder=embedder)
            requirements, title = requirements_of_advert(advert), row.title or advert.title
        document = job_document_from_row(row, title, requirements, positions)
        documents.append(document)
        if reading:
            reading(number, len(rows))
    phrases = [document.phrases() if explained else document.lines() for document in documents]
    return _with_vectors(documents, phrases, job_side, embedder, embedding)


def read_candidate_documents(
    rows: Sequence[CandidateRow], embedder: Embedder, on: date | None = None, embedding: Progress | None = None
) -> Documents:
    positions = known_outcodes()
    documents = [candidate_document_from_row(row, positions, on) for row in rows]
    phrases = [document.phrases() for document in documents]
    return _with_vectors(documents, phrases, candidate_side, embedder, embedding)


def _with_vectors(
    documents: Sequence[Any],
    phrases: Sequence[Sequence[str]],
    side_of: Callable[..., Side],
    embedder: Embedder,
    progress: Progress | None = None,
) -> Documents:
    vectors = embedder.vectors([phrase for own in phrases for phrase in own], progress)
    parts = np.split(vectors, np.cumsum([len(own) for own in phrases])[:-1])
    sides = [side_of(document, part) for document, part in zip(documents, parts, strict=True)]
    return Documents(tuple(documents), tuple(parts), tuple(sides))


@dataclass(frozen=True)
class FileRanking:
    """One query of a file and what was found for it, best first, then the stopped ones."""

    query: JobDocument | CandidateDocument
    matches: tuple[Match, ...]


def rank_files(
    jobs: Documents,
    candidates: Documents,
    embedder: Embedder,
    *,
    for_jobs: bool,
    top: int = 10,
    rules: Sequence[Rule],
    on: date | None = None,
    explained: bool = True,
) -> Iterator[FileRanking]:
    """A ranking for every job (`for_jobs`) or every candidate, in the order of their file. top 0 ranks all."""
    queries, found = (jobs, candidates) if for_jobs else (candidates, jobs)
    kind = "candidate" if for_jobs else "job"
    indexed = indexed_candidate if for_jobs else indexed_job
    offers = catalogue(credential_offers(), embedder) if explained else Catalogue()
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder))
        with engine.rebuild() as index:
            index.put(indexed(document, side, 0) for document, side in zip(found.documents, found.sides, strict=True))
        position_of = {document.id: i for i, document in enumerate(found.documents)}
        for document, vectors, side in zip(queries.documents, queries.vectors, queries.sides, strict=True):
            hits = engine.search(Query(kind, side.profile), limit=len(found.documents))
            scores = score_all(side, hits)
            pairs = [found.documents[position_of[id]] for id in hits.ids]
            stopped = [_stops(rules, document, pair, for_jobs, on) for pair in pairs]
            order = sorted(best_first(hits.ids, scores), key=lambda i: bool(stopped[i]))
            matches = []
            for i in order[: top or None]:
                other = position_of[hits.ids[i]]
                pair = (document, vectors, found.documents[other], found.vectors[other])
                lines = _reasons(*(pair if for_jobs else pair[2:] + pair[:2]), offers) if explained else ()
                matches.append(Match(hits.ids[i], round(float(scores[i]), 6), lines, stopped[i]))
            yield FileRanking(document, tuple(matches))


def _stops(rules, query, found, for_jobs: bool, on: date | None):
    job, candidate = (query, found) if for_jobs else (found, query)
    return stops(rules, job, candidate, on or date.min)


def _reasons(job, job_vectors, candidate, candidate_vectors, offers: Catalogue):
    return offers.advise(job, job_vectors, explain(job, job_vectors, candidate, candidate_vectors))


def as_json(ranking: FileRanking) -> dict[str, Any]:
    """The row that `manage.py match --output` writes."""
    return {
        "query": ranking.query.id,
        "results": [
            {
                "id": match.id,
                "score": match.score,
                "reasons": [
                    {
                        "requirement": reason.requirement.text,
                        "evidence": reason.evidence.text,
                        "kind": str(reason.evidence.kind).replace("_", " "),
                        "proof": str(reason.evidence.proof).replace("_", " "),
                        "band": reason.band,
                    }
                    for reason in match.reasons
                ],
                "gaps": [{"requirement": gap.requirement.text, "how_to_close": gap.how_to_close} for gap in match.gaps],
                "stopped_by": [stop.reason for stop in match.stops],
            }
            for match in ranking.matches
        ],
    }
