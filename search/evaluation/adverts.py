"""How well adverts are parsed and credentials found, against adverts that were read piece by piece.

Parser: by characters, so that another cut into lines does no harm. Credentials: a mention is found if one of ours
overlaps it; background checks are left out.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.adverts import AdvertLine, ParsedAdvert, parse_advert
from search.adverts.parsing import advert_credentials, lines_from
from search.adverts.training import Example, ReadPiece, examples, held_out_kinds
from search.embeddings import Embedder

RELEVANT = ("TASK", "MUST", "NICE")
Parse = Callable[[str], ParsedAdvert]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReadCredential:
    advert_id: str
    start: int
    end: int
    type: str
    status: str


def read_adverts(folder: Path) -> dict[str, str]:
    """Texts by id, of the adverts in `folder`/adverts."""
    with gzip.open(folder / "adverts" / "dwp_adverts_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines)}


def read_pieces(folder: Path) -> list[ReadPiece]:
    return [
        ReadPiece(row["advert_id"], int(row["start"]), int(row["end"]), row["label"])
        for row in _csv(folder / "adverts" / "advert_pieces_dev.csv.gz")
    ]


def read_credentials(folder: Path) -> list[ReadCredential]:
    return [
        ReadCredential(row["advert_id"], int(row["start"]), int(row["end"]), row["type"], row["status"])
        for row in _csv(folder / "adverts" / "advert_credentials_dev.csv.gz")
    ]


def _csv(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def parser_scores(
    adverts: Mapping[str, str], pieces: Sequence[ReadPiece], parse: Parse = parse_advert
) -> dict[str, float]:
    """Precision, recall and F1 over characters of what `parse` keeps of the adverts that were read, and "keep_..."

    beside it for keeping everything. The shipped weights saw the development adverts: for those report
    `cross_validated_parser_scores`.
    """
    lines = {piece.advert_id: () for piece in pieces}
    return _line_scores(adverts, pieces, {advert_id: parse(adverts[advert_id]).lines for advert_id in lines})


def cross_validated_parser_scores(
    adverts: Mapping[str, str],
    pieces: Sequence[ReadPiece],
    embedder: Embedder,
    progress: Progress | None = None,
    *,
    made: Sequence[Example] | None = None,
) -> dict[str, float]:
    """The same, each advert parsed by weights that never saw it (ten folds by advert)."""
    made = made if made is not None else examples(adverts, pieces, embedder)
    kinds = held_out_kinds(made, progress)
    lines = {
        one.advert_id: lines_from(one.pieces, kinds[one.advert_id], advert_credentials(adverts[one.advert_id]))
        for one in made
    }
    return _line_scores(adverts, pieces, lines)


def _line_scores(
    adverts: Mapping[str, str], pieces: Sequence[ReadPiece], lines: Mapping[str, Sequence[AdvertLine]]
) -> dict[str, float]:
    both = kept = asked = everything = tasks_right = asked_right = 0
    desirable = np.zeros(3)  # said and true, said, true
    by_advert: dict[str, list[ReadPiece]] = {}
    for piece in pieces:
        by_advert.setdefault(piece.advert_id, []).append(piece)
    for advert_id, read in by_advert.items():
        text = adverts[advert_id]
        label = np.full(len(text), "", dtype="U6")
        for piece in read:
            label[piece.start : piece.end] = piece.label
        said = np.full(len(text), "", dtype="U6")
        for line in lines[advert_id]:
            said[line.start : line.end] = "TASK" if line.kind == "task" else "MUST" if line.essential else "NICE"
        keep, relevant, is_read = said != "", np.isin(label, RELEVANT), label != ""
        both += (keep & relevant).sum()
        kept += (keep & is_read).sum()
        asked += relevant.sum()
        everything += is_read.sum()
        tasks_right += (keep & relevant & ((said == "TASK") == (label == "TASK"))).sum()
        need = np.isin(label, ("MUST", "NICE")) & np.isin(said, ("MUST", "NICE"))
        asked_right += (need & (said == label)).sum()
        desirable += ((said == "NICE") & (label == "NICE")).sum(), (said == "NICE").sum(), (label == "NICE").sum()
    return {
        **_f1(both, kept, asked),
        **{f"keep_everything_{name}": value for name, value in _f1(asked, everything, asked).items()},
        "kind_right": _share(tasks_right, both),
        "desirable_f1": _f1(*desirable)["f1"],
    }


def credential_scores(
    adverts: Mapping[str, str], read: Sequence[ReadCredential], advert_ids: Iterable[str] | None = None
) -> dict[str, float]:
    """Precision and recall of mentions by overlap, and the share of the found whose status is right.

    advert_ids: all adverts that were read, those without a credential too; else those that have one.
    """
    found = said = said_right = status_right = wanted = 0
    for advert_id in sorted(set(advert_ids or ()) | {one.advert_id for one in read}):
        here = [one for one in read if one.advert_id == advert_id]
        true = [one for one in here if one.type != "check"]
        ours = advert_credentials(adverts[advert_id])
        wanted += len(true)
        for one in true:
            match = next((our for our in ours if our.start < one.end and one.start < our.end), None)
            found += match is not None
            status_right += match is not None and match.status == one.status
        for our in ours:
            over = [one for one in here if our.start < one.end and one.start < our.end]
            if over and all(one.type == "check" for one in over):
                continue
            said += 1
            said_right += bool(over)
    return {
        "precision": _share(said_right, said),
        "recall": _share(found, wanted),
        "status_right": _share(status_right, found),
    }


def _f1(both: float, said: float, true: float) -> dict[str, float]:
    precision, recall = _share(both, said), _share(both, true)
    return {"precision": precision, "recall": recall, "f1": _share(2 * precision * recall, precision + recall)}


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
