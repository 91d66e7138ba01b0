"""Rows of people's own files: JSON Lines in, checked rows out, every problem said with line, field and remedy.

The commands that match and the commands that import read the same rows. Nothing here touches the database.
"""

from __future__ import annotations

import difflib
import gzip
import html
import json
import re
import zlib
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_ADVERT = 100_000  # characters; no advert is longer, and a parser must not be asked to read a book
MAX_TITLE = 1000
GZIP_START = b"\x1f\x8b"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WRITTEN_DATE = re.compile(r"(\d{1,2})\s+([A-Za-z]{3,9})\.?\s+(\d{4})")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
HIDDEN_HTML = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number, from 1, and the object it holds."""

    number: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong and what to do. `line` is 0 for the whole file, `field` empty for the whole line."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (_("line %d") % self.line if self.line else "", self.field) if part)
        return f"{place}: {self.message}" if place else self.message


class FileProblems(Exception):
    """A file cannot be used. `problems` holds all that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Iterable[RowProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def counted(problems: int) -> str:
    return ngettext("%d problem", "%d problems", problems) % problems


@dataclass(frozen=True, slots=True)
class JobRow:
    id: str
    title: str = ""
    text: str = ""  # the advert as it stands in the file, not a character changed: offsets point into it
    statements: tuple[str, ...] = ()
    outcode: str = ""
    closing: date | None = None
    employer: str = ""
    line: int = 0


def read_rows(path: Path) -> list[Row]:
    """The objects of a JSON Lines file, plain or gzip. Raises FileProblems naming every bad line."""
    rows, problems = scan_rows(path)
    if problems:
        raise FileProblems(problems)
    return rows


def scan_rows(path: Path) -> tuple[list[Row], list[RowProblem]]:
    """The lines that can be read, and what is wrong with the others. Raises FileProblems if the file will not open."""
    rows: list[Row] = []
    problems: list[RowProblem] = []
    # Only a line feed ends a line: JSON text may hold the other characters that Python counts as line ends.
    for number, line in enumerate(_read_bytes(Path(path)).removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line.decode())
        except UnicodeDecodeError:
            problems.append(RowProblem(number, "", _("This is not UTF-8 text. Save the file as UTF-8.")))
        except (ValueError, RecursionError) as error:
            where = _(" at character %d") % (error.pos + 1) if isinstance(error, json.JSONDecodeError) else ""
            message = _("This is not JSON%(where)s. Write one JSON object on each line.") % {"where": where}
            problems.append(RowProblem(number, "", message))
        else:
            if isinstance(data, dict):
                rows.append(Row(number, data))
            else:
                message = _('This is JSON, but not an object. Write a row as {"id": …}.')
                problems.append(RowProblem(number, "", message))
    if not rows and not problems:
        message = _("The file %s is empty. Write one JSON object on each line.") % path
        raise FileProblems([RowProblem(0, "", message)])
    return rows, problems


def _read_bytes(path: Path) -> bytes:
    def stop(message: str, error: Exception) -> None:
        raise FileProblems([RowProblem(0, "", message % {"path": path})]) from error

    try:
        content = path.read_bytes()
        if path.suffix == ".gz" or content.startswith(GZIP_START):
            content = gzip.decompress(content)
    except FileNotFoundError as error:
        stop(_("There is no file %(path)s. Check the name and the folder."), error)
    except IsADirectoryError as error:
        stop(_("%(path)s is a folder. Name the file inside it."), error)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        stop(_("%(path)s cannot be unpacked: it is cut short, or not a gzip file. Copy or pack it again."), error)
    except OSError as error:
        stop(_("%(path)s cannot be read. Check that you may open it."), error)
    return content


def read_jobs(path: Path, outcodes: Container[str]) -> list[JobRow]:
    """Every job of the file, checked. Raises FileProblems with the problems of all lines."""
    return read_checked(path, lambda row: check_job_row(row, outcodes))


def read_checked(path: Path, check: Callable[[Row], T]) -> list[T]:
    """Check every row of the file before any is used. Raises FileProblems with the problems of all lines."""
    rows, problems = scan_rows(path)
    checked: list[T] = []
    first_lines: dict[str, int] = {}
    for row in rows:
        try:
            checked.append(check(row))
        except FileProblems as error:
            problems.extend(error.problems)
        key = row_id(row.data.get("id"))
        if key and first_lines.setdefault(key, row.number) != row.number:
            message = _('"%(id)s" is already on line %(line)d. Give each row its own id.')
            problems.append(RowProblem(row.number, "id", message % {"id": key, "line": first_lines[key]}))
    if problems:
        raise FileProblems(problems)
    return checked


def check_job_row(row: Row, outcodes: Container[str]) -> JobRow:
    """A job's fields, typed; every other field is left unread. Raises FileProblems with all that is wrong."""
    reader = RowReader(row, outcodes)
    employer = row.data.get("employer")
    job = JobRow(
        id=reader.id(),
        title=plain_title(reader.text("title", most=MAX_TITLE)),
        text=reader.text("text", most=MAX_ADVERT, strip=False),
        statements=reader.lines("statements", strip=False),
        outcode=reader.outcode("outcode"),
        closing=reader.day("closing"),
        employer=employer.strip() if isinstance(employer, str) else "",
        line=row.number,
    )
    if not reader.problems and not (job.title or job.text.strip() or job.statements):
        reader.add("text", _("There is nothing here to match. Give the advert as text, or its lines as statements."))
    reader.finish()
    return job


def plain_title(text: str) -> str:
    """The words of a title that may hold HTML, on one line; any script is kept."""
    text = HIDDEN_HTML.sub(" ", text)
    try:
        text = strip_tags(text)
    except SuspiciousOperation:  # tags inside tags, made to keep the parser busy
        text = text.replace("<", " ").replace(">", " ")
    return " ".join(html.unescape(text).split())


def row_id(value: Any) -> str:
    """A row's id as text, empty if it is none. A whole number will do."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def parse_day(text: str) -> date | None:
    """2024-10-24 or 24 October 2024 (as the Find a job service writes it); None for anything else."""
    try:
        if ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
        if written := WRITTEN_DATE.fullmatch(text):
            month = MONTHS.index(written[2][:3].lower()) + 1
            return date(int(written[3]), month, int(written[1]))
    except ValueError:
        pass
    return None


@dataclass
class RowReader:
    """Reads one row's fields with their types, and collects what is wrong instead of stopping at the first."""

    row: Row
    outcodes: Container[str]
    problems: list[RowProblem] = field(default_factory=list)

    def add(self, name: str, message: str) -> None:
        self.problems.append(RowProblem(self.row.number, name, message))

    def finish(self) -> None:
        """Raises FileProblems if anything was wrong."""
        if self.problems:
            raise FileProblems(self.problems)

    def id(self) -> str:
        value = row_id(self.row.data.get("id"))
        if not value:
            self.add("id", _('The row has no id. Give it one of its own, such as "id": "A1".'))
        return self.clean("id", value)

    def text(self, name: str, *, most: int = MAX_ADVERT, strip: bool = True) -> str:
        """The field's text; empty if it is missing or null."""
        value = self.row.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.add(name, _('This must be text. Write it in quotation marks: "…".'))
            return ""
        if len(value) > most:
            message = _("This is %(long)s characters long, and at most %(most)s are read. Shorten it.")
            self.add(name, message % {"long": f"{len(value):,}", "most": f"{most:,}"})
            return ""
        return self.clean(name, value.strip() if strip else value)

    def lines(self, name: str, *, strip: bool = True) -> tuple[str, ...]:
        """The field's list of texts, together no longer than an advert may be."""
        found: list[str] = []
        for number, value in enumerate(self._items(name), start=1):
            if not isinstance(value, str) or not value.strip():
                message = _("Item %d is not a line of text. Write it in quotation marks, or take it out.")
                self.add(name, message % number)
            else:
                found.append(self.clean(name, value.strip() if strip else value))
        if sum(map(len, found)) > MAX_ADVERT:
            message = _("The lines are longer than %s characters together. Shorten them.")
            self.add(name, message % f"{MAX_ADVERT:,}")
        return tuple(found)

    def objects(self, name: str) -> list[dict[str, Any]]:
        found = self._items(name)
        for number, value in enumerate(found, start=1):
            if not isinstance(value, dict):
                self.add(name, _('Item %d is not an object. Write it as {"role": "…"}.') % number)
        return [value for value in found if isinstance(value, dict)]

    def codes(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        """The field's codes, each of the closed list `known`, each once."""
        known = list(known)
        found = dict.fromkeys(self.lines(name))
        for code in found:
            if code not in known:
                near = difflib.get_close_matches(code.upper().replace(" ", "_"), known, n=1, cutoff=0.6)
                remedy = _("Did you mean %s?") % near[0] if near else _("Use one of: %s.") % ", ".join(known)
                self.add(
                    name, _('"%(code)s" is not a code of this list. %(remedy)s') % {"code": code, "remedy": remedy}
                )
        return tuple(code for code in found if code in known)

    def outcode(self, name: str) -> str:
        value = self.text(name, most=1000).upper()
        if value and value not in self.outcodes:
            message = _('"%s" is not a postcode district. Use the first part of the postcode, such as LS10.')
            self.add(name, message % value[:40])
            return ""
        return value

    def day(self, name: str) -> date | None:
        value = self.text(name, most=1000)
        found = parse_day(value)
        if value and found is None:
            message = _('"%s" is not a date. Write it as 2026-10-24 or 24 October 2026.')
            self.add(name, message % value[:40])
        return found

    def number(self, name: str, *, least: int, most: int) -> int | None:
        value = self.row.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            message = _("This must be a whole number from %(least)d to %(most)d.")
            self.add(name, message % {"least": least, "most": most})
            return None
        return value

    def _items(self, name: str) -> list[Any]:
        value = self.row.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.add(name, _("This must be a list. Write it in square brackets: […]."))
            return []
        return value

    def clean(self, name: str, value: str) -> str:
        """The value, or nothing if no database could keep it (a zero byte, half a surrogate pair)."""
        if NOT_TEXT.search(value):
            self.add(name, _("This holds a character that is not text. Take it out, and save the file as UTF-8."))
            return ""
        return value
