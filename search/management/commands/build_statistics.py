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
from search.embeddings import tuned_encoder
from search.statistics import FILE
from search.words import bucket, stems


class Command(BaseCommand):
    help = "Make search/reference/statistics.npz again from the open taxonomies (about two minutes)."
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


def _csv(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
