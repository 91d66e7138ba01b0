"""After a drill: is every committed change searchable, none twice, and nothing of rows that are gone or hidden?"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr

import numpy as np
from django.core.management import CommandError, call_command
from django.utils import timezone

from candidates.models import Candidate, Evidence
from jobs.models import Job
from search.documents import candidate_document, job_document
from search.embeddings import DIMENSIONS
from search.engines import get_engine
from search.engines.base import KINDS, Query
from search.errors import SearchError
from search.indexing import QUERYSETS, digest_of
from search.models import IndexChange
from search.rules import RULES, NotReleased, stops
from search.services import DEPTH, Ranking, rank_candidates, rank_jobs
from tests.drills.books import Books
from tests.drills.world import World

EVERYBODY = 10_000
LOOKED_FOR = 8  # of the newest changes, by the one word that they alone have


def verdict(world: World, books: Books) -> list[str]:
    """What is wrong, a sentence each; nothing else may write meanwhile."""
    try:
        wrongs = [*parked(), *lost(books), *differing(), *not_found(books), *wrongly_ranked(world), *told_by_command()]
    except SearchError as error:
        return [f"the index does not answer: {error}"]
    return wrongs


def parked() -> Iterator[str]:
    if count := IndexChange.objects.parked().count():
        yield f"{count} changes are parked: {IndexChange.objects.parked().first().error}"


def lost(books: Books) -> Iterator[str]:
    """Commits that the database itself has not kept."""
    lines = books.lines()
    texts = Evidence.objects.filter(text__contains=", zq").values_list("text", "candidate_id")
    kept = {text.split(", ")[-1]: candidate for text, candidate in texts}
    if gone := [marker for marker, pk in lines.items() if kept.get(marker) != pk]:
        yield f"{len(gone)} committed lines are not in the database"
    titles = dict(Job.objects.values_list("pk", "title"))
    if gone := [pk for pk, marker in books.titles().items() if marker not in titles.get(pk, "")]:
        yield f"{len(gone)} committed titles are not in the database"


def differing() -> Iterator[str]:
    """Every document of the index against its row, read anew."""
    for kind in KINDS:
        found = list(get_engine().versions(kind))
        if twice := [id for id, count in Counter(id for id, _version, _digest in found).items() if count > 1]:
            yield f"{len(twice)} of kind {kind} are in the index twice"
        indexed = {id: digest for id, _version, digest in found}
        rows = {str(row.pk): digest_of(kind, row) for row in QUERYSETS[kind]().all()}
        if missing := rows.keys() - indexed.keys():
            yield f"{len(missing)} of kind {kind} are not in the index"
        if left := indexed.keys() - rows.keys():
            yield f"{len(left)} of kind {kind} are in the index and nowhere else"
        if stale := [id for id in rows.keys() & indexed.keys() if rows[id] != indexed[id]]:
            yield f"{len(stale)} of kind {kind} are stale in the index"


def not_found(books: Books) -> Iterator[str]:
    """The newest changes, looked for as a person would, by a word."""
    lines, titles = list(books.lines().items()), list(books.titles().items())
    wanted = [("candidate", pk, marker) for marker, pk in lines[-LOOKED_FOR:]]
    wanted += [("job", pk, marker) for pk, marker in titles[-LOOKED_FOR:]]
    for kind, pk, marker in wanted:
        hits = get_engine().search(Query(kind, np.zeros(DIMENSIONS, np.float32), (marker,)), limit=3)
        if hits.ids[:1] != (str(pk),):
            yield f"{kind} {pk} is not found by its newest word"


def wrongly_ranked(world: World) -> Iterator[str]:
    """Two whole rankings, and whom the rules leave of all rows that the person may see: the same, each once."""
    on, adviser = timezone.localdate(), world.advisers[-1]
    job = Job.objects.for_matching().get(pk=world.jobs[0].pk)
    document = job_document(job)
    own = Candidate.objects.visible_to(adviser).advised_by(adviser).for_matching()
    fitting = {row.pk for row in own if not stops(RULES, document, candidate_document(row, on), on)}
    yield from _compared("people", rank_candidates(job=job, by=adviser, count=EVERYBODY), fitting)
    person = Candidate.objects.for_matching().get(pk=world.person.pk)
    them, rules = candidate_document(person, on), [rule for rule in RULES if rule.name != NotReleased.name]
    there = Job.objects.open(on).visible_to(person.user).for_matching()
    fitting = {row.pk for row in there if not stops(rules, job_document(row), them, on)}
    yield from _compared("jobs", rank_jobs(candidate=person, by=person.user, count=EVERYBODY), fitting)


def _compared(what: str, ranking: Ranking, fitting: set[int]) -> Iterator[str]:
    ids = [one.row.pk for one in ranking.ranked]
    if not 0 < len(fitting) <= DEPTH:
        yield f"{len(fitting)} {what} fit, and a ranking holds {DEPTH}: nothing was compared"
    if len(set(ids)) != len(ids):
        yield f"{what} are ranked twice"
    if missing := fitting - set(ids):
        yield f"{len(missing)} {what} fit and are not ranked"
    if wrong := set(ids) - fitting:
        yield f"{len(wrong)} {what} are ranked and should not be"


def told_by_command() -> Iterator[str]:
    """The product's own comparison must say the same."""
    said = io.StringIO()
    try:
        with redirect_stderr(said):  # its progress
            call_command("verify_index", stdout=said)
    except CommandError as error:
        yield f"verify_index: {error}"
