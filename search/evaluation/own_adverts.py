"""Adverts of our own invention, read piece by piece: a test of the advert parser that ships, for it never saw these."""

from __future__ import annotations

from pathlib import Path

from search.adverts import AdvertLine
from search.adverts.invented import invented_adverts
from search.adverts.parsing import parse_advert
from search.embeddings import Embedder
from search.evaluation.adverts import EVERYTHING, OURS, Figures, line_scores

FILE = Path(__file__).parent / "data" / "own_adverts.jsonl"


def own_scores(embedder: Embedder) -> Figures:
    """The shipped parser on all of them, beside one that keeps everything."""
    texts, read = invented_adverts(FILE)
    ours = {advert_id: parse_advert(text, embedder=embedder).lines for advert_id, text in texts.items()}
    everything = {advert_id: (AdvertLine(text, 0, len(text), "task", True),) for advert_id, text in texts.items()}
    return {EVERYTHING: line_scores(texts, read, everything), OURS: line_scores(texts, read, ours)}
