"""Rankings against the judged sets, by the protocol that docs/matching.md describes."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from accounts.outcodes import known_outcodes
from candidates.rows import CandidateRow, check_candidate_row
from jobs.rows import JobRow, Row, check_job_row
from search.embeddings import Embedder
from search.evaluation.metrics import average_precision, ndcg, order, reciprocal_rank
from search.evaluation.peers import added, bm25, whole_texts
from search.on_files import Documents, rank_files, read_candidate_documents, read_job_documents, rules_for_files

TOP = 3  # grade of "same occupation", and of "would shortlist"
Scores = np.ndarray  # shape (candidates, jobs), best is highest; stopped pairs lie below all others
OURS, BM25, MINILM, ADDED = "Throughgate", "BM25", "MiniLM, whole texts", "the two added"


@dataclass(frozen=True)
class JudgedSet:
    """Candidates, jobs, and a grade (0 to 3) for every pair: shape (candidates, jobs)."""

    name: str
    candidates: tuple[CandidateRow, ...]
    jobs: tuple[JobRow, ...]
    grades: np.ndarray
    is_judged: np.ndarray
    clusters: tuple[str, ...] = ()  # of the jobs
    query_clusters: tuple[str, ...] = ()


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines)) if ".csv" in path.name else [json.loads(line) for line in lines]


def candidate_rows(raw: Sequence[dict[str, Any]]) -> tuple[CandidateRow, ...]:
    return tuple(check_candidate_row(Row(number, row), known_outcodes()) for number, row in enumerate(raw, start=1))


def job_rows(raw: Sequence[dict[str, Any]]) -> tuple[JobRow, ...]:
    return tuple(check_job_row(Row(number, row), known_outcodes()) for number, row in enumerate(raw, start=1))


def judged_set(name: str, candidates: Path, jobs: Path, grades: Path) -> JudgedSet:
    people, adverts = candidate_rows(rows(candidates)), job_rows(rows(jobs))
    person_at = {row.id: i for i, row in enumerate(people)}
    advert_at = {row.id: i for i, row in enumerate(adverts)}
    grid, judged = np.zeros((len(people), len(adverts)), int), np.zeros((len(people), len(adverts)), bool)
    for row in rows(grades):
        at = person_at[row["candidate_id"]], advert_at[row["advert_id"]]
        grid[at], judged[at] = int(row["grade"]), True
    return JudgedSet(name, people, adverts, grid, judged)


def cross_employer_set(jobs: Path, queries: Path) -> JudgedSet:
    """Five statements of one vacancy stand in for a candidate; same occupation elsewhere is what they look for."""
    raw_jobs, raw_queries = rows(jobs), rows(queries)
    adverts = tuple(
        JobRow(row["id"], statements=tuple(_without_words_of(row["title"], line) for line in row["statements"]))
        for row in raw_jobs
    )
    people = tuple(CandidateRow(row["id"], skills=tuple(row["lines"])) for row in raw_queries)
    grades = np.array([[TOP if query["soc2020"] == job["soc2020"] else 0 for job in raw_jobs] for query in raw_queries])
    return JudgedSet(
        "Same work, other employer",
        people,
        adverts,
        grades,
        np.ones_like(grades, bool),
        tuple(row["cluster"] for row in raw_jobs),
        tuple(row["cluster"] for row in raw_queries),
    )


def titles_hidden(judged: JudgedSet) -> JudgedSet:
    """The same set without the roles that people had and the titles of jobs, whose words go from the job's text too."""
    return replace(
        judged,
        name=f"{judged.name}, titles hidden",
        candidates=tuple(replace(row, placements=()) for row in judged.candidates),
        jobs=tuple(
            replace(
                row,
                title="",
                text=_text_without_words_of(row.title, row.text),
                statements=tuple(_without_words_of(row.title, line) for line in row.statements),
            )
            for row in judged.jobs
        ),
    )


def _text_without_words_of(title: str, text: str) -> str:
    """Line breaks and all, as it was."""
    hidden = "|".join(map(re.escape, sorted(set(re.findall(r"[a-z]+", title.lower())))))
    return re.sub(rf"\b(?:{hidden})\b", "", text, flags=re.IGNORECASE) if hidden else text


def _without_words_of(title: str, line: str) -> str:
    hidden = set(re.findall(r"[a-z]+", title.lower()))
    kept = [word for word in line.split() if re.sub("[^a-z]", "", word.lower()) not in hidden]
    return " ".join(kept) or line


def candidate_text(row: CandidateRow) -> str:
    """What the peers read of a person: every line, end to end."""
    codes = [code.replace("_", " ").lower() for code in row.in_prison_work]
    roles = [placement.role for placement in row.placements]
    return ". ".join([*row.skills, *row.qualifications, *row.licences, *codes, *roles])


def job_text(row: JobRow) -> str:
    return ". ".join(part for part in (row.title, row.text, *row.statements) if part)


def peer_scores(judged: JudgedSet, embedder: Embedder) -> dict[str, tuple[Scores, Scores]]:
    """For each peer its scores from the candidates' side and from the jobs' side (BM25 is not symmetric)."""
    people, adverts = [candidate_text(row) for row in judged.candidates], [job_text(row) for row in judged.jobs]
    words = bm25(people, adverts), bm25(adverts, people).T
    meaning = whole_texts(people, adverts, embedder)
    return {
        BM25: words,
        MINILM: (meaning, meaning),
        ADDED: (added(words[0], meaning), added(words[1].T, meaning.T).T),
    }


def our_scores(
    judged: JudgedSet, embedder: Embedder, embedding: Callable[[int, int], None] | None = None
) -> tuple[Scores, Documents]:
    """The product's ranking as scores: the same command path as `manage.py match --top 0`, without the reasons."""
    jobs = read_job_documents(judged.jobs, embedder, embedding=embedding, explained=False)
    candidates = read_candidate_documents(judged.candidates, embedder, embedding=embedding)
    at = {row.id: i for i, row in enumerate(judged.jobs)}
    scores = np.zeros(judged.grades.shape)
    rankings = rank_files(
        jobs, candidates, embedder, for_jobs=False, top=0, rules=rules_for_files(None, None), explained=False
    )
    for person, ranking in enumerate(rankings):
        for match in ranking.matches:
            scores[person, at[match.id]] = match.score - (10 if match.stops else 0)
    return scores, jobs


def both_ways(judged: JudgedSet, from_candidates: Scores, from_jobs: Scores) -> dict[str, float]:
    """nDCG@10 for the jobs of each candidate and the candidates of each job, over queries with a grade 3."""
    people, adverts = [row.id for row in judged.candidates], [row.id for row in judged.jobs]
    return {
        "c→a nDCG@10": _mean(ndcg_by_query(judged.grades, from_candidates, adverts)),
        "a→c nDCG@10": _mean(ndcg_by_query(judged.grades.T, from_jobs.T, people)),
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def ndcg_by_query(grades: np.ndarray, scores: Scores, ids: Sequence[str]) -> list[float]:
    """nDCG@10 of each row that has a grade 3."""
    return [
        ndcg(row[order(ids, score)].tolist(), row.tolist(), 10)
        for row, score in zip(grades, scores, strict=True)
        if row.max() >= TOP
    ]


def read_figures(judged: JudgedSet, scores: Scores) -> dict[str, float]:
    """The means of `read_by_query`."""
    return {name: _mean(values) for name, values in read_by_query(judged, scores).items()}


def read_by_query(judged: JudgedSet, scores: Scores) -> dict[str, list[float]]:
    """Over each candidate's judged jobs: nDCG@5, harm (grade 0 among the first three), MRR at grade 2 or better."""
    found: dict[str, list[float]] = defaultdict(list)
    for grades, is_judged, row in zip(judged.grades, judged.is_judged, scores, strict=True):
        at = np.flatnonzero(is_judged)
        if not len(at):
            continue
        ranked = grades[at][order([judged.jobs[i].id for i in at], row[at])]
        found["nDCG@5"].append(ndcg(ranked.tolist(), ranked.tolist(), 5))
        found["harm"].append(float(np.mean(ranked[:3] == 0)))
        found["MRR"].append(reciprocal_rank((ranked >= 2).tolist()))
    return found


def cross_employer_map(judged: JudgedSet, scores: Scores) -> dict[str, float]:
    """MAP at grade 3 over the vacancies outside the query's cluster."""
    return {"MAP": _mean(average_precision_by_query(judged, scores))}


def average_precision_by_query(judged: JudgedSet, scores: Scores) -> list[float]:
    clusters, ids = np.array(judged.clusters), [row.id for row in judged.jobs]
    values = []
    for cluster, grades, row in zip(judged.query_clusters, judged.grades, scores, strict=True):
        at = np.flatnonzero(clusters != cluster)
        ranked = grades[at][order([ids[i] for i in at], row[at])] >= TOP
        if ranked.any():
            values.append(average_precision(ranked))
    return values
