"""Adverts of our own invention, read piece by piece, which the parser learns from beside real ones.

`invented.jsonl` was written for this project; no advert was copied for it. One advert a line, as pieces with what each
is (TASK, MUST, NICE, TERMS, PITCH, APPLY or OTHER) and what stands after it. Others, to measure by, are in
search/evaluation/data.
"""

from __future__ import annotations

import json
from pathlib import Path

from search.adverts.training import ReadPiece

FILE = Path(__file__).parent / "invented.jsonl"
LABELS = ("TASK", "MUST", "NICE", "TERMS", "PITCH", "APPLY", "OTHER")


def invented_adverts(file: Path = FILE) -> tuple[dict[str, str], list[ReadPiece]]:
    """The texts by id, and their pieces. Raises ValueError naming every line that is no such advert, and why."""
    texts, read, faults = {}, [], []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            text, pieces = _advert(f"own-{number}", json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(f"line {number}: {error}")
            continue
        texts[f"own-{number}"] = text
        read += pieces
    if faults:
        raise ValueError(f"{file.name}: " + "; ".join(faults))
    return texts, read


def _advert(advert_id: str, row: dict) -> tuple[str, list[ReadPiece]]:
    text, pieces = "", []
    for piece in row["pieces"]:
        if piece["label"] not in LABELS:
            raise ValueError(f"{piece['label']} is none of {', '.join(LABELS)}")
        pieces.append(ReadPiece(advert_id, len(text), len(text) + len(piece["text"]), piece["label"]))
        text += piece["text"] + piece["after"]
    return text, pieces
