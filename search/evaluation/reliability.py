"""Do "strong" and "not yet" mean what they say? The share of pairs worth putting forward, by word and by score.

Figures are cross-validated by candidate: the two limits are chosen on other people's pairs.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from search.evaluation.ranking import JudgedSet, Scores
from search.fits import Fit, Limits

WORTH = 2  # the lowest grade that is worth putting forward
STRONG_AT_LEAST, NOT_YET_AT_MOST = 0.85, 0.08  # the second stricter than the promise: other people differ
FEWEST = 8  # pairs that a word must be said of before its share is believed
FOLDS = 6
BINS = 8


@dataclass(frozen=True)
class JudgedPairs:
    """One entry a pair: its score (below nought if a rule stops it), whether it is worth it, and its candidate."""

    scores: np.ndarray
    is_worth: np.ndarray
    people: np.ndarray

    @classmethod
    def of(cls, read: JudgedSet, scores: Scores) -> JudgedPairs:
        person, job = np.nonzero(read.is_judged)
        return cls(scores[person, job], read.grades[person, job] >= WORTH, person)


def choose_limits(pairs: JudgedPairs) -> Limits:
    """The lowest "strong" and the highest "some" that keep their promise; nobody is strong, or not yet, without one."""
    order = np.argsort(-pairs.scores, kind="stable")
    worth = np.cumsum(pairs.is_worth[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero((worth >= STRONG_AT_LEAST) & (np.arange(len(order)) + 1 >= FEWEST))
    strong = float(pairs.scores[order[kept[-1]]]) if len(kept) else 1.0
    order = order[::-1]
    worth = np.cumsum(pairs.is_worth[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero((worth <= NOT_YET_AT_MOST) & (np.arange(len(order)) + 1 >= FEWEST))
    above = pairs.scores[order[kept[-1] + 1 :]] if len(kept) else np.zeros(1)
    some = float(above.min()) if len(above) else strong
    return Limits(round(min(max(some, 0.0), strong), 4), round(strong, 4))


def word_figures(pairs: JudgedPairs) -> dict[str, dict[str, float]]:
    """For each word how many pairs it is said of, and the share of them that is worth putting forward."""
    said = np.empty(len(pairs.scores), object)
    fold_of = np.array([zlib.crc32(str(person).encode()) % FOLDS for person in pairs.people])
    for fold in range(FOLDS):
        rest = fold_of != fold
        limits = choose_limits(JudgedPairs(pairs.scores[rest], pairs.is_worth[rest], pairs.people[rest]))
        said[~rest] = [limits.fit_of(score).value for score in pairs.scores[~rest]]
    found = {}
    for fit in Fit:
        here = pairs.is_worth[said == fit.value]
        share = float(here.mean()) if len(here) else 0.0
        found[str(fit.value).replace("_", " ")] = {"pairs": float(len(here)), "worth putting forward": share}
    return found


def picture(pairs: JudgedPairs, limits: Limits) -> str:
    """An SVG: over equal numbers of pairs by rising score, the share that is worth putting forward."""
    passing = pairs.scores >= 0
    scores, is_worth = pairs.scores[passing], pairs.is_worth[passing]
    bins = np.array_split(np.argsort(scores, kind="stable"), BINS)
    bars = [(float(scores[part].mean()), float(is_worth[part].mean()), len(part)) for part in bins if len(part)]
    return _svg(bars, limits)


def _svg(bars: Sequence[tuple[float, float, int]], limits: Limits) -> str:
    width, height, left, bottom = 640, 340, 56, 68
    step = (width - left - 16) / len(bars)
    tall = height - bottom - 40
    title = "Pairs worth putting forward, by score"
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left}" y="22" font-size="15" font-weight="bold" fill="#0b0c0c">{escape(title)}</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = height - bottom - share * tall
        rows.append(f'<line x1="{left}" x2="{width - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#b1b4b6"/>')
        rows.append(
            f'<text x="{left - 8}" y="{y + 4:.1f}" font-size="12" text-anchor="end" fill="#0b0c0c">{share:.0%}</text>'
        )
    for i, (score, share, count) in enumerate(bars):
        x, y = left + i * step + 6, height - bottom - share * tall
        fill = {Fit.STRONG: "#00703c", Fit.SOME: "#1d70b8", Fit.NOT_YET: "#505a5f"}[limits.fit_of(score)]
        rows.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{step - 12:.1f}" height="{share * tall:.1f}" fill="{fill}">'
            f"<title>score {score:.2f}: {share:.0%} of {count} pairs</title></rect>"
        )
        rows.append(
            f'<text x="{x + step / 2 - 6:.1f}" y="{height - bottom + 18}" font-size="12" text-anchor="middle" '
            f'fill="#0b0c0c">{score:.2f}</text>'
        )
    keys = (
        "Mean score of each eighth of the pairs that no rule stops.",
        f"Grey: not yet (below {limits.some:.2f}); blue: some; green: strong (from {limits.strong:.2f}).",
    )
    for line, text in enumerate(keys):
        y = height - 28 + 18 * line
        rows.append(f'<text x="{left}" y="{y}" font-size="12" fill="#0b0c0c">{escape(text)}</text>')
    return "\n".join([*rows, "</svg>", ""])
