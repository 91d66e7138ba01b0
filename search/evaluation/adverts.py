"""How well adverts are parsed and credentials found, against adverts that were read piece by piece.

Parser: by characters, so that another cut into lines does no harm. Credentials: a mention is found if one of ours
overlaps it; background checks are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from search.adverts import AdvertLine
from search.adverts.invented import invented_adverts
from search.adverts.parsing import advert_credentials, lines_from
from search.adverts.training import Example, ReadPiece, examples, held_out_kinds
from search.embeddings import Embedder

RELEVANT = ("TASK", "MUST", "NICE")
OURS, EVERYTHING = "Throughgate", "Keep everything"
Progress = Callable[[int, int], None]
Rows = Iterable[Mapping[str, str]]
Figures = dict[str, dict[str, float]]  # by method, then by measure


def texts_by_id(adverts: Rows) -> dict[str, str]:
    return {row["id"]: row["text"] for row in adverts}


def read_pieces(pieces: Rows) -> list[ReadPiece]:
    """From rows of advert_id, start, end and label."""
    return [ReadPiece(row["advert_id"], int(row["start"]), int(row["end"]), row["label"]) for row in pieces]


def parser_scores(
    adverts: Rows,
    pieces: Rows,
    embedder: Embedder,
    progress: Progress | None = None,
    *,
    made: Sequence[Example] | None = None,
    invented: Sequence[Example] | None = None,
) -> Figures:
    """Over characters: precision, recall and F1 of what is kept; over those kept rightly, the share whose kind (task

    or need) is right; F1 of "desirable" among needs. Cross-validated: each advert is parsed by weights that never saw
    it (ten folds by advert), because the shipped weights were made from these adverts. made, invented: the examples of
    the adverts and of those of our own, if the caller has them.
    """
    texts, read = texts_by_id(adverts), read_pieces(pieces)
    made = made if made is not None else examples(texts, read, embedder)
    invented = invented if invented is not None else examples(*invented_adverts(), embedder)
    kinds = held_out_kinds(made, progress, invented=invented)
    ours, everything = {}, {}
    for one in made:
        text = texts[one.advert_id]
        ours[one.advert_id] = lines_from(one.pieces, kinds[one.advert_id], advert_credentials(text))
        everything[one.advert_id] = (AdvertLine(text, 0, len(text), "task", True),)
    return {EVERYTHING: line_scores(texts, read, everything), OURS: line_scores(texts, read, ours)}


def line_scores(
    adverts: Mapping[str, str], pieces: Sequence[ReadPiece], lines: Mapping[str, Sequence[AdvertLine]]
) -> dict[str, float]:
    both = kept = asked = tasks_right = 0
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
        tasks_right += (keep & relevant & ((said == "TASK") == (label == "TASK"))).sum()
        desirable += ((said == "NICE") & (label == "NICE")).sum(), (said == "NICE").sum(), (label == "NICE").sum()
    return {
        **_f1(both, kept, asked),
        "kind right": _share(tasks_right, both),
        "desirable F1": _f1(*desirable)["F1"],
    }


def credential_scores(adverts: Rows, read: Rows) -> Figures:
    """Precision and recall of mentions by overlap, and the share of the found whose status is right.

    `read`: rows of advert_id, start, end, type and status; background checks (type "check") do not count. Only the
    adverts that have a row are looked at.
    """
    texts = texts_by_id(adverts)
    rows = [(row["advert_id"], int(row["start"]), int(row["end"]), row["type"], row["status"]) for row in read]
    found = said = said_right = status_right = wanted = 0
    for advert_id in sorted({row[0] for row in rows}):
        here = [row for row in rows if row[0] == advert_id]
        ours = advert_credentials(texts[advert_id])
        for _advert, start, end, kind, status in here:
            if kind == "check":
                continue
            match = next((our for our in ours if our.start < end and start < our.end), None)
            wanted += 1
            found += match is not None
            status_right += match is not None and match.status == status
        for our in ours:
            over = [kind for _advert, start, end, kind, _status in here if our.start < end and start < our.end]
            if not over or set(over) != {"check"}:
                said += 1
                said_right += bool(over)
    figures = {
        "precision": _share(said_right, said),
        "recall": _share(found, wanted),
        "status right": _share(status_right, found),
    }
    return {OURS: figures}


def _f1(both: float, said: float, true: float) -> dict[str, float]:
    precision, recall = _share(both, said), _share(both, true)
    return {"precision": precision, "recall": recall, "F1": _share(2 * precision * recall, precision + recall)}


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
