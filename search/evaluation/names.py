"""Names of one thing found by other names of it: job titles among occupations, sentences among skills.

Three public benchmarks: MELO (Retyk et al., 2024; success@10), job titles of a board to ESCO
occupations (Decorte et al., JobBERT, 2021; micro recall@10), and skills in sentences of adverts (Decorte et al., 2022;
reciprocal rank of the first skill that was labelled). docs/matching.md says where each comes from. A list names each
thing once, at its best name; as MELO was published, every name takes a place: that figure is printed too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from search.documents import split_clauses
from search.embeddings import Embedder, unit_length
from search.evaluation.peers import bm25_over
from search.evaluation.ranking import rows
from search.statistics import term_weights
from search.tuning.texts import Occupation
from search.words import word_set

QUERIES_AT_ONCE = 256
MOST_NAMES = 20  # of one occupation, where our own are asked
NOT_LABELLED = {"LABEL NOT PRESENT", "UNDERSPECIFIED"}


@dataclass(frozen=True)
class NameSet:
    """Queries, and the names of the things that they look for.

    owner: shape (names,), which thing each name is of, ascending; relevant: for each query the things that are right.
    """

    name: str
    queries: tuple[str, ...]
    names: tuple[str, ...]
    owner: np.ndarray
    relevant: tuple[frozenset[int], ...]
    has_sentences: bool = False

    def starts(self) -> np.ndarray:
        """Where the names of each thing begin."""
        return np.flatnonzero(np.diff(self.owner, prepend=-1))


# What the cosine to the middle of all names of a thing adds to that to its nearest name, and what words in common add:
# chosen on names of occupations that the encoder did not learn (`own_names`, printed by `choose_weights`).
CENTRE, WORDS = 1.0, 0.0
WORDS_OF_SENTENCES = 0.2  # a sentence quotes what it speaks of; as in the score of two documents
Scorer = Callable[[Sequence[str]], np.ndarray]  # queries to scores, shape (queries, names)


def melo(folder: Path) -> NameSet:
    queries, corpus = rows(folder / "melo_usa_en_queries.csv.gz"), rows(folder / "melo_usa_en_corpus.csv.gz")
    occupations = {code: i for i, code in enumerate(dict.fromkeys(_occupation(row) for row in corpus))}
    right = defaultdict(set)
    for row in rows(folder / "melo_usa_en_qrels.csv.gz"):
        right[row["query_id"]].add(occupations[_occupation(row)])
    kept = [row for row in queries if right[row["query_id"]]]
    return NameSet(
        "MELO: American occupations among ESCO's names",
        tuple(row["text"] for row in kept),
        tuple(row["text"] for row in corpus),
        np.array([occupations[_occupation(row)] for row in corpus]),
        tuple(frozenset(right[row["query_id"]]) for row in kept),
    )


def _occupation(row: dict[str, str]) -> str:
    """Of "C001940_en_002" the occupation, C001940: all of its names are right where one is."""
    return row["doc_id"].split("_")[0]


def job_titles(folder: Path, taxonomy: Path) -> NameSet:
    occupations = rows(taxonomy / "esco_occupations.csv.gz")
    at = {row["occupation_id"]: i for i, row in enumerate(occupations)}
    names, owner = [], []
    for i, row in enumerate(occupations):
        own = [row["label"], *(name.strip() for name in row["alt_labels"].split("|") if name.strip())]
        names += dict.fromkeys(own)
        owner += [i] * len(dict.fromkeys(own))
    asked = [row for row in rows(folder / "job_title_normalisation_validation.csv.gz") if row["occupation_id"] in at]
    return NameSet(
        "Job titles of a board to ESCO occupations",
        tuple(row["vacancy_title"] for row in asked),
        tuple(names),
        np.array(owner),
        tuple(frozenset({at[row["occupation_id"]]}) for row in asked),
    )


def skills_in_sentences(folder: Path, part: str) -> NameSet:
    """part: "house" or "tech"."""
    names = [row["label"] for row in rows(folder / "skill_extraction_label_space.csv.gz")]
    at = {name: i for i, name in reversed(list(enumerate(names)))}
    right = defaultdict(set)
    for row in rows(folder / f"skill_extraction_{part}_validation.csv.gz"):
        if row["label"] not in NOT_LABELLED and row["label"] in at:
            right[row["sentence"]].add(at[row["label"]])
    return NameSet(
        f"Skills in sentences of adverts, {part}",
        tuple(right),
        tuple(names),
        np.arange(len(names)),
        tuple(map(frozenset, right.values())),
        has_sentences=True,
    )


def own_names(occupations: Sequence[Occupation], source: str, seed: int = 5) -> NameSet:
    """Some names of the occupations that no training saw look for the others, among all occupations of one source."""
    draw = random.Random(seed)
    queries, names, owner, relevant = [], [], [], []
    for one in occupations:
        if one.source != source:
            continue
        own = list(dict.fromkeys(one.titles))[:MOST_NAMES]
        asked = draw.sample(own, min(3, len(own) // 3)) if one.is_held_out else []
        thing = owner[-1] + 1 if owner else 0
        queries += asked
        relevant += [frozenset({thing})] * len(asked)
        kept = [name for name in own if name not in asked]
        names += kept
        owner += [thing] * len(kept)
    return NameSet(f"Names of {source}", tuple(queries), tuple(names), np.array(owner), tuple(relevant))


def choices(names: NameSet, embedder: Embedder) -> dict[tuple[float, float], dict[str, float]]:
    """What each pair of WORDS and CENTRE is worth."""
    return {
        (words, centre): measured(names, _ours(names, embedder, words, centre))
        for words in (0.0, 0.1, 0.2, 0.4)
        for centre in (0.0, 0.4, 0.7, 1.0)
    }


def scorers(names: NameSet, ours: Embedder, peer: Embedder, labels: tuple[str, str, str]) -> dict[str, Scorer]:
    """The three methods. labels: what to call BM25, the published encoder and ours."""
    published = peer.vectors(names.names)
    return {
        labels[0]: bm25_over(names.names),
        labels[1]: lambda queries: peer.vectors(queries) @ published.T,
        labels[2]: _ours(names, ours),
    }


def _ours(names: NameSet, embedder: Embedder, in_words: float = WORDS, in_centre: float = CENTRE) -> Scorer:
    """Cosine; of a sentence that to its nearest part, and words in common as in the score of two documents.

    Two names are no documents: they have no trade of their own, no level and no cards. What a thing with several names
    is, all of them say together.
    """
    vectors, words = embedder.vectors(names.names), _words(names.names)
    if names.has_sentences:
        in_words = WORDS_OF_SENTENCES
    centres = unit_length(np.add.reduceat(vectors, names.starts(), axis=0))

    def score(queries: Sequence[str]) -> np.ndarray:
        parts = [[query, *(split_clauses(query) if names.has_sentences else ())] for query in queries]
        asked, first = embedder.vectors([part for own in parts for part in own]), np.cumsum([0, *map(len, parts[:-1])])
        best = np.maximum.reduceat(asked @ vectors.T, first, axis=0)
        middle = np.maximum.reduceat(asked @ centres.T, first, axis=0)[:, names.owner]
        return best + in_words * (_words(queries) @ words.T).toarray() + in_centre * middle

    return score


def _words(texts: Sequence[str]) -> sparse.csr_matrix:
    """A row a text; the product of two rows is `words.overlap` of them."""
    weights = term_weights()
    data, columns, ends = [], [], [0]
    for text in texts:
        terms = sorted(word_set(text))
        total = max(float(weights[terms].sum()), 1e-6) if terms else 1.0
        data += [float(np.sqrt(weights[term] / total)) for term in terms]
        columns += terms
        ends.append(len(columns))
    return sparse.csr_matrix((data, columns, ends), shape=(len(texts), len(weights)))


def measured(names: NameSet, score: Scorer, progress: Callable[[], None] = lambda: None) -> dict[str, float]:
    """success@10 (something right among the first ten things; recall@10 where one is right) and the reciprocal rank.

    "of names": where every name of a thing takes a place of its own.
    """
    found, found_names, ranks = [], [], []
    for start in range(0, len(names.queries), QUERIES_AT_ONCE):
        by_name = score(names.queries[start : start + QUERIES_AT_ONCE])
        by_thing = np.maximum.reduceat(by_name, names.starts(), axis=1)
        for row, apart, right in zip(by_thing, by_name, names.relevant[start:], strict=False):
            best = row[list(right)].max()
            rank = 1 + int((row > best).sum())
            found.append(rank <= 10)
            found_names.append((apart > best).sum() < 10)
            ranks.append(1 / rank)
        progress()
    figures = {"success@10": found, "MRR": ranks, "success@10 of names": found_names}
    return {name: float(np.mean(values)) for name, values in figures.items()}
