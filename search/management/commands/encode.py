from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.embeddings import DIMENSIONS, Embedder, unit_length
from search.errors import SearchError
from search.outputs import written_whole
from search.phrases import FilePhrases


class Command(BaseCommand):
    help = "Turn phrases, one a line, into vectors: a float32 array (lines, dimensions), each row of unit length."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--output", type=Path, required=True, help="where to write the .npy file")

    def handle(self, *, file: Path, output: Path, **options):
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {file}. Check the name and the folder.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8 text. Save it as UTF-8.") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read. Check that you may open it.") from error
        # Only a line feed ends a line: a phrase may hold the other characters that Python counts as line ends.
        phrases = text.removesuffix("\n").split("\n") if text else []
        if not phrases:
            raise CommandError(f"{file} is empty. Write one phrase a line.")
        try:
            with ProgressBar("Encoding", len(phrases)) as bar:
                embedder = Embedder(FilePhrases(settings.VAR_DIR / "phrases.sqlite3"))
                vectors = unit_length(embedder.vectors([phrase.strip() for phrase in phrases], bar.update))
                bar.update(len(phrases), len(phrases))
            with written_whole(output, binary=True) as target:
                np.save(target, vectors.astype(np.float32))
        except (SearchError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{output}: {len(phrases):,} phrases, {DIMENSIONS} dimensions")
