"""What the commands that import a file have in common: all or nothing, and a true word about which it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jobs.progress import ProgressBar
from jobs.rows import FileProblems


class ImportCommand(BaseCommand):
    """Reads a JSON Lines file and writes it in one transaction."""

    what = ""  # the rows, in the plural and with a capital
    refusals: tuple[type[Exception], ...] = (FileProblems,)
    summary = None
    is_written = False

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def committed(self):
        self.is_written = bool(self.summary.added or self.summary.updated)
        if self.is_written:
            self.stderr.write("Written. Bringing the index up to date.")

    def import_rows(self, read: Callable[[], Sequence[Any]], write: Callable[..., Any]) -> None:
        """read: the checked rows; write(rows, advance): what was added, updated and left, with warnings."""
        try:
            rows = read()
            with transaction.atomic():
                transaction.on_commit(self.committed)  # the first to hear of it: the index follows and may take a while
                with ProgressBar(self.what, len(rows)) as bar:
                    self.summary = write(rows, bar.advance)
        except self.refusals as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped. " + ("All is written." if self.is_written else "Nothing was written."))
            sys.exit(130)
        for warning in self.summary.warnings:
            self.stderr.write(f"Warning: {warning}")
        self.stdout.write(f"{self.what}: {self.summary}.")
