"""Adverts of our own invention, read piece by piece: a test of the advert parser that ships, for it never saw them.

`data/own_adverts.jsonl` was written for this project; no advert was copied for it. One advert a line, as pieces with
what each is (TASK, MUST, NICE, TERMS, PITCH, APPLY or OTHER) and what stands after it.
"""

from __future__ import annotations

import json
from pathlib import Path

from search.adverts import AdvertLine
from search.adverts.parsing import parse_advert
from search.adverts.training import ReadPiece
from search.embeddings import Embedder
from search.evaluation.adverts import EVERYTHING, OURS, Figures, line_scores

FILE = Path(__file__).parent / "data" / "own_adverts.jsonl"
LABELS = ("TASK", "MUST", "NICE", "TERMS", "PITCH", "APPLY", "OTHER")


def own_adverts(file: Path = FILE) -> tuple[dict[str, str], list[ReadPiece]]:
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


def own_scores(embedder: Embedder) -> Figures:
    """The shipped parser on all of them, beside one that keeps everything."""
    texts, read = own_adverts()
    ours = {advert_id: parse_advert(text, embedder=embedder).lines for advert_id, text in texts.items()}
    everything = {advert_id: (AdvertLine(text, 0, len(text), "task", True),) for advert_id, text in texts.items()}
    return {EVERYTHING: line_scores(texts, read, everything), OURS: line_scores(texts, read, ours)}
