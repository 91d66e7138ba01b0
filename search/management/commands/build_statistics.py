import collections
import csv
import gzip
import json
import math
import random
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand

from jobs.progress import ProgressBar
from search import trades
from search.embeddings import tuned_encoder, unit_length
from search.statistics import FILE
from search.tuning.texts import read_texts
from search.words import bucket, stems

MOST_OF_ONE = 12  # lines, and titles, of an occupation that its unit group's centre is made of


class Command(BaseCommand):
    help = "Make search/reference/statistics.npz and trades.npz again from the open taxonomies (about three minutes)."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that holds taxonomy/ and uk/")

    def handle(self, *, folder: Path, **options):
        skills = [row["label"] for row in _csv(folder / "taxonomy" / "esco_skills.csv.gz")]
        tasks = [row["task"] for row in _csv(folder / "taxonomy" / "onet_tasks.csv.gz")]
        with gzip.open(folder / "uk" / "ncs_job_profiles.jsonl.gz", "rt", encoding="utf-8") as lines:
            careers = [task for line in lines for task in json.loads(line)["day_to_day_tasks"]]

        seen = collections.Counter(
            number for text in skills + tasks + careers for number in {bucket(stem) for stem in stems(text)}
        )
        texts = len(skills) + len(tasks) + len(careers)
        terms = np.array(sorted(seen), np.int32)
        weights = np.array([math.log((texts + 1) / (seen[int(term)] + 0.5)) for term in terms], np.float16)

        draw = random.Random(7)
        sample = draw.sample(skills, 5000) + draw.sample(tasks, 4000) + careers
        with ProgressBar("Embedding phrases of work", len(sample)) as bar:
            mean = tuned_encoder().encode(sample, bar.update).mean(axis=0)
        np.savez_compressed(
            FILE, mean=mean.astype(np.float32), terms=terms, weights=weights, rarest=np.float32(math.log(texts + 1))
        )
        self.stdout.write(f"{FILE.name}: {len(terms):,} words, the mean of {len(sample):,} phrases")
        self._trades(folder, mean.astype(np.float32))

    def _trades(self, folder: Path, mean: np.ndarray) -> None:
        """The centre of every unit group: the mean of its occupations, of each as much of titles as of lines."""
        occupations = [one for one in read_texts(folder).occupations if one.unit]
        sides = [side[:MOST_OF_ONE] for one in occupations for side in (one.lines, one.titles)]
        phrases = list(dict.fromkeys(text for side in sides for text in side))
        with ProgressBar("Embedding occupations", len(phrases)) as bar:
            vectors = unit_length(tuned_encoder().encode(phrases, bar.update) - mean)
        row = {text: i for i, text in enumerate(phrases)}
        means = unit_length(np.stack([vectors[[row[text] for text in side]].mean(axis=0) for side in sides]))
        own = unit_length(means[0::2] + means[1::2])
        units = sorted({one.unit for one in occupations})
        of = np.array([units.index(one.unit) for one in occupations])
        centres = unit_length(np.stack([own[of == unit].mean(axis=0) for unit in range(len(units))]))
        np.savez_compressed(trades.FILE, centres=centres.astype(np.float16), units=np.array(units))
        self.stdout.write(f"{trades.FILE.name}: {len(units)} unit groups from {len(occupations):,} occupations")


def _csv(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
