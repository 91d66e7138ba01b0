import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jobs.progress import ProgressBar
from jobs.rows import MAX_TITLE, FileProblems, Row, RowReader, counted, plain_title, read_checked
from search.adverts import ParsedAdvert, parse_advert
from search.adverts.parsing import default_embedder
from search.errors import SearchError
from search.outputs import written_whole


@dataclass(frozen=True)
class AdvertRow:
    id: Any  # as it was given
    title: str
    text: str


class Command(BaseCommand):
    help = "Show what the parser makes of adverts in a file of JSON Lines. Nothing goes into the database."
    requires_system_checks = []  # works on files: no page and no table is touched

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="JSON Lines, .gz or not: id, text and, if there is one, title")
        parser.add_argument("--output", type=Path, required=True, help="where to write JSON Lines")

    def handle(self, *, file: Path, output: Path, **options):
        try:
            rows = read_checked(file, _advert_row)
        except FileProblems as error:
            for problem in error.problems[:200]:
                print(f"{file}: {problem}", file=sys.stderr)
            raise CommandError(f"{counted(len(error.problems))}; nothing was written.") from error
        embedder = default_embedder()
        try:
            with ProgressBar("Parsing adverts", len(rows)) as bar, written_whole(output) as target:
                for row in rows:
                    parsed = parse_advert(row.text, title=row.title, embedder=embedder)
                    target.write(json.dumps(_as_json(row.id, parsed), ensure_ascii=False) + "\n")
                    bar.advance()
        except (SearchError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{output}: {len(rows):,} adverts")


def _advert_row(row: Row) -> AdvertRow:
    reader = RowReader(row, ())
    reader.id()
    if row.data.get("text") is None:
        reader.add("text", _("The row has no text. Give the advert as it was written."))
    title, text = reader.text("title", most=MAX_TITLE), reader.text("text", strip=False)
    reader.finish()
    return AdvertRow(row.data["id"], plain_title(title), text)


def _as_json(advert_id: Any, parsed: ParsedAdvert) -> dict[str, Any]:
    """A credential outside the vocabulary goes by the words of the advert. Doubts only where there are some."""
    row = {
        "id": advert_id,
        "lines": [asdict(line) for line in parsed.lines],
        "credentials": [
            {
                "start": found.start,
                "end": found.end,
                "credential": found.slug or " ".join(found.text.lower().split()),
                "status": found.status,
            }
            for found in parsed.credentials
        ],
    }
    return row | ({"doubts": [doubt.value for doubt in parsed.doubts]} if parsed.doubts else {})
