"""People at work: each writer changes rows of its own, through the services that the pages call, and books it."""

from __future__ import annotations

import itertools
import random
import threading
import time

from django.db import Error, connection, transaction

from candidates.models import Candidate, Evidence
from candidates.services import add_evidence, remove_evidence, update_facts
from jobs.imports import RequirementLine
from jobs.models import Job
from jobs.services import close_job, create_job, publish_job, update_job
from tests.drills.books import Books
from tests.drills.world import LINES, OPENINGS, World
from tests.factories.candidates import CandidateFactory

PAUSE = 0.15  # seconds between two changes of one writer
_numbers = itertools.count(1)


def new_marker() -> str:
    """A word that no other row has."""
    return f"zq{next(_numbers):06}"


class Writer(threading.Thread):
    """Writes until it is told to stop; a transaction that fails is given up, as by a person who sees an error."""

    def __init__(self, world: World, books: Books, own: list[int], jobs: list[int], seed: int) -> None:
        super().__init__(name=f"writer-{seed}", daemon=True)
        self.world, self.books = world, books
        self.own, self.jobs = own, jobs  # primary keys that no other writer touches
        self.draw = random.Random(seed)
        self.crash: Exception | None = None
        self._is_over = threading.Event()
        self._can = [
            *[self.say_more] * 8,
            *[self.take_back] * 2,
            *[self.say_yes_or_no] * 4,
            *[self.move] * 3,
            *[self.leave_and_come] * 1,
            *[self.rename_job] * 3,
            *[self.close_and_post] * 1,
        ]

    def finish(self) -> None:
        self._is_over.set()

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                self.once()
                time.sleep(PAUSE)
        except Exception as error:  # a mistake of the drill's own must not look like a quiet writer
            self.crash = error
        finally:
            connection.close()

    def once(self) -> None:
        try:
            self.draw.choice(self._can)()
        except Error:
            self.books.count_write(failed=True)
            connection.close()
            time.sleep(0.2)
        else:
            self.books.count_write()

    # People

    def _viewers(self, candidate: Candidate) -> frozenset[str]:
        return frozenset({self.world.viewer_of(candidate.agency_id)} if candidate.is_released_to_employers else ())

    def _somebody(self) -> Candidate:
        return Candidate.objects.get(pk=self.draw.choice(self.own))

    def say_more(self) -> None:
        candidate, marker = self._somebody(), new_marker()
        with self.books.writing(candidate.reference, to=self._viewers(candidate)):
            line = f"{self.draw.choice(LINES)}, {marker}"
            add_evidence(candidate=candidate, text=line, kind=Evidence.Kind.SKILL, by=self.world.advisers[0])
        self.books.has_line(candidate.pk, marker)

    def take_back(self) -> None:
        lines = Evidence.objects.filter(candidate__in=self.own, text__contains=", zq")
        if line := lines.order_by("-pk").first():
            self.books.take_back([line.text.split(", ")[-1]])
            remove_evidence(evidence=line, by=self.world.advisers[0])

    def say_yes_or_no(self) -> None:
        candidate = self._somebody()
        is_released = not candidate.is_released_to_employers
        to = frozenset({self.world.viewer_of(candidate.agency_id)} if is_released else ())
        with self.books.writing(candidate.reference, to=to):
            update_facts(
                candidate=candidate,
                home_outcode=self.world.place,
                travel_miles=self.draw.randrange(10, 40),
                available_from=candidate.available_from,
                work_interests=candidate.work_interests,
                is_released=is_released,
                by=self.world.advisers[0],
            )

    def move(self) -> None:
        """To another agency: those who worked with this person may not see them any more."""
        candidate = self._somebody()
        candidate.agency = self.world.some_agency(self.draw)
        with self.books.writing(candidate.reference, to=self._viewers(candidate)):
            candidate.save(update_fields=["agency", "updated_at"])

    def leave_and_come(self) -> None:
        gone = self._somebody()
        self.own.remove(gone.pk)
        self.books.take_back([line.split(", ")[-1] for line in gone.evidence.values_list("text", flat=True)])
        with self.books.writing(gone.reference, to=frozenset()):
            gone.delete()
        marker, agency = new_marker(), self.world.some_agency(self.draw)
        come = CandidateFactory.build(user=None, agency=agency, prison=None, home_outcode=self.world.place)
        with self.books.writing(come.reference, to=self._viewers(come)), transaction.atomic():
            come.save()
            come.evidence.create(text=f"{self.draw.choice(LINES)}, {marker}")
        self.own.append(come.pk)
        self.books.has_line(come.pk, marker)

    # Jobs

    def rename_job(self) -> None:
        job, marker = Job.objects.get(pk=self.draw.choice(self.jobs)), new_marker()
        with self.books.naming(job.pk, marker):
            update_job(job=job, facts={"title": f"{self.draw.choice(LINES)} {marker}"}, by=self.world.owner)

    def close_and_post(self) -> None:
        old = Job.objects.get(pk=self.draw.choice(self.jobs))
        self.jobs.remove(old.pk)
        with self.books.writing(old.slug, to=frozenset()):
            close_job(job=old, by=self.world.owner)
        marker = new_marker()
        facts = {"title": f"{self.draw.choice(LINES)} {marker}", "outcode": self.world.place}
        lines = [RequirementLine(text) for text in self.draw.sample(LINES, 3)]
        job = create_job(employer=self.world.employer, facts=facts, lines=lines, by=self.world.owner)
        with self.books.writing(job.slug, to=frozenset({OPENINGS})), self.books.naming(job.pk, marker):
            publish_job(job=job, by=self.world.owner)
        self.jobs.append(job.pk)
