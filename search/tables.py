"""Rankings in the terminal: marks with their words, never a bare number."""

from __future__ import annotations

from collections.abc import Sequence

from search.bands import CLEAR, NONE, PARTIAL
from search.documents import JobDocument
from search.matching import Match
from search.on_files import FileRanking

MARKS = {CLEAR: "● clear", PARTIAL: "◐ partial", NONE: "○ not shown"}
MOST_REASONS, MOST_GAPS = 3, 2


def ranking_table(ranking: FileRanking) -> str:
    query = ranking.query
    title = query.title if isinstance(query, JobDocument) else ""
    lines = [f"{query.id}  {title}".rstrip()]
    if not ranking.matches:
        lines.append("  Nobody and nothing to rank.")
    for rank, match in enumerate(ranking.matches, start=1):
        lines += match_lines(match, match.id, rank)
    return "\n".join(lines) + "\n"


def match_lines(match: Match, name: str, rank: int) -> list[str]:
    """One match in a few lines: how much is shown, the best reasons, the first gaps, who or what stops it."""
    shown = f"{match.clear} clear, {match.partial} partial, {len(match.gaps)} not shown"
    lines = [f"  {rank:>3}. {name}  ({shown})"]
    lines += [f"       ✕ stopped: {stop.reason}" for stop in match.stops]
    best = sorted(match.reasons, key=lambda reason: reason.band != CLEAR)
    for reason in best[:MOST_REASONS]:
        lines.append(f"       {MARKS[reason.band]}: {_short(reason.requirement.text)} ← {_short(reason.evidence.text)}")
    for gap in _gaps_with_a_way_first(match):
        how = f" → {gap.how_to_close}" if gap.how_to_close else ""
        lines.append(f"       {MARKS[NONE]}: {_short(gap.requirement.text)}{how}")
    return lines


def _gaps_with_a_way_first(match: Match) -> Sequence:
    return sorted(match.gaps, key=lambda gap: not gap.how_to_close)[:MOST_GAPS]


def _short(text: str, most: int = 70) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
