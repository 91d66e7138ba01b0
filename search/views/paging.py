"""How long a page waits for the engine, and which part of a ranking it shows."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Page, Paginator

from search.engines.patience import patience
from search.services import Ranking

MOST_WAITING = 1.2  # seconds for all that a page asks of the engine; then it is drawn from the database, in two


class Patient:
    """A view that shows a plain list when the engine takes too long."""

    def dispatch(self, request, *args, **kwargs):
        with patience(MOST_WAITING):
            return super().dispatch(request, *args, **kwargs)


def page_of(rank: Callable[[int], Ranking], asked: str | None, a_page: int) -> tuple[Page, Ranking]:
    """The page asked for and its ranking; `rank` takes the position of the first. A number past the end is the last."""
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    ranking = rank((max(number, 1) - 1) * a_page)
    page = Paginator(range(ranking.reachable), a_page).get_page(number)
    if page.number != max(number, 1):
        ranking = rank((page.number - 1) * a_page)
    return page, ranking
