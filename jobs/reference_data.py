"""Loads the reference files that ship with the project: postcode districts, prisons, occupations, skills, codes, cards.

Each set is upserted by its own key, so that rows which point at it stay. A set whose file and loader are unchanged is
not read again. Nothing is deleted: a row that has left a file may still be in use.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Outcode, Prison
from accounts.outcodes import OUTCODES_FILE, POST_TOWNS_FILE, post_town_of
from jobs.credentials import VOCABULARY_FILE, load_vocabulary
from jobs.models import Credential, EscoOccupation, Occupation, ReferenceLoad, Skill, VocabularyTerm
from jobs.progress import ProgressBar

ACCOUNTS_FOLDER = OUTCODES_FILE.parent
JOBS_FOLDER = Path(__file__).resolve().parent / "reference"
LOADER_EDITION = "1"  # raise it when a loader makes other rows of the same file
BATCH = 2000


@dataclass(frozen=True)
class ReferenceSet:
    name: str
    path: Path
    load: Callable[[list[dict[str, str]], ProgressBar], None]
    beside: tuple[Path, ...] = ()  # other files that the loader reads

    @property
    def is_complete(self) -> bool:
        return not self.missing()

    def missing(self) -> list[Path]:
        return [path for path in (self.path, *self.beside) if not path.exists()]

    def digest(self) -> str:
        digest = hashlib.sha256(LOADER_EDITION.encode())
        for path in (self.path, *self.beside):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def rows(self) -> list[dict[str, str]]:
        unpack = gzip.open if self.path.suffix == ".gz" else open
        with unpack(self.path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@transaction.atomic
def load_reference_data(*, again: bool = False) -> dict[str, int]:
    """Load every set whose file has changed, or all of them if `again`; the rows now held, by set."""
    loaded = dict(ReferenceLoad.objects.values_list("name", "digest"))
    due = [(item, item.digest()) for item in REFERENCE_SETS if item.is_complete]
    read = [(item, digest, item.rows()) for item, digest in due if again or loaded.get(item.name) != digest]
    if not read:
        return {}
    with ProgressBar("Reference data", sum(len(rows) for _item, _digest, rows in read)) as bar:
        for item, digest, rows in read:
            item.load(rows, bar)
            ReferenceLoad.objects.update_or_create(
                name=item.name, defaults={"digest": digest, "loaded_at": timezone.now()}
            )
    return {item.name: len(rows) for item, _digest, rows in read}


def missing_files() -> list[Path]:
    """Reference files that this copy of the project lacks."""
    return [path for item in REFERENCE_SETS for path in item.missing()]


def _upsert(made: list[models.Model], bar: ProgressBar, *, key: list[str]) -> None:
    model = type(made[0])
    fields = [f.name for f in model._meta.concrete_fields if f.name not in key and not f.auto_created]
    for start in range(0, len(made), BATCH):
        part = made[start : start + BATCH]
        model.objects.bulk_create(part, update_conflicts=True, unique_fields=key, update_fields=fields)
        bar.advance(len(part))


def _list(cell: str) -> list[str]:
    return cell.split(" | ") if cell else []


def _load_outcodes(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    """The town is the post town where there is one: the file's own is often a parish, or missing in cities."""
    towns = post_town_of()
    made = [
        Outcode(
            code=row["outcode"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            town=towns.get(row["outcode"], row["town"]),
            region=row["region"],
            country=row["country"],
        )
        for row in rows
    ]
    _upsert(made, bar, key=["code"])


def _load_prisons(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    made = [
        Prison(
            code=row["code"],
            name=row["name"],
            types=row["types"],
            categories=row["categories"],
            is_open_prison=row["is_open"] == "Y",
            holds_men=row["men"] == "Y",
            holds_women=row["women"] == "Y",
            town=row["town"],
            region=row["region"],
            outcode_id=row["outcode"] or None,
        )
        for row in rows
    ]
    _upsert(made, bar, key=["code"])


def _load_occupations(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    made = [
        Occupation(
            soc2020=row["soc2020"],
            title=row["title"],
            description=row["description"],
            tasks=_list(row["tasks"]),
            related_titles=_list(row["related_titles"]),
        )
        for row in rows
    ]
    _upsert(made, bar, key=["soc2020"])


def _load_esco_occupations(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    occupations = [
        EscoOccupation(
            esco_id=row["esco_id"],
            label=row["label"],
            other_labels=_list(row["other_labels"]),
            isco08=row["isco08"],
            description=row["description"],
        )
        for row in rows
    ]
    _upsert(occupations, bar, key=["esco_id"])
    through = EscoOccupation.occupations.through
    links = [
        through(escooccupation_id=row["esco_id"], occupation_id=soc) for row in rows for soc in _list(row["soc2020"])
    ]
    through.objects.all().delete()
    through.objects.bulk_create(links)


def _load_skills(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    made = [
        Skill(
            esco_id=row["esco_id"],
            label=row["label"],
            other_labels=_list(row["other_labels"]),
            skill_type=row["skill_type"],
            reuse_level=row["reuse_level"],
            description=row["description"],
        )
        for row in rows
    ]
    _upsert(made, bar, key=["esco_id"])


def _load_vocabularies(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    made = [VocabularyTerm(**row) for row in rows]
    _upsert(made, bar, key=["vocabulary", "code"])


def _load_credentials(rows: list[dict[str, str]], bar: ProgressBar) -> None:
    entries = load_vocabulary()
    made = [
        Credential(
            slug=entry.slug,
            name=entry.name,
            other_names=list(entry.other_names),
            kind=entry.kind,
            level=entry.level,
            valid_years=entry.valid_years,
            awarded_by=entry.awarded_by,
            how_to_get=entry.how_to_get,
            source=entry.source,
        )
        for entry in entries
    ]
    _upsert(made, bar, key=["slug"])
    through = Credential.implies.through
    slugs = {entry.slug for entry in entries}
    through.objects.all().delete()
    through.objects.bulk_create(
        [
            through(from_credential_id=entry.slug, to_credential_id=lower)
            for entry in entries
            for lower in entry.implies
            if lower in slugs
        ]
    )


# In order: a prison has a district, an ESCO occupation has its unit groups.
REFERENCE_SETS = (
    ReferenceSet("outcodes", OUTCODES_FILE, _load_outcodes, beside=(POST_TOWNS_FILE,)),
    ReferenceSet("prisons", ACCOUNTS_FOLDER / "prisons.csv.gz", _load_prisons),
    ReferenceSet("occupations", JOBS_FOLDER / "occupations.csv.gz", _load_occupations),
    ReferenceSet("esco_occupations", JOBS_FOLDER / "esco_occupations.csv.gz", _load_esco_occupations),
    ReferenceSet("skills", JOBS_FOLDER / "skills.csv.gz", _load_skills),
    ReferenceSet("vocabularies", JOBS_FOLDER / "vocabularies.csv.gz", _load_vocabularies),
    ReferenceSet("credentials", VOCABULARY_FILE, _load_credentials),
)
