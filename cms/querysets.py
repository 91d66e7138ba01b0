from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db.models import Q
from modelsearch.backends.base import BaseSearchResults, EmptySearchResults
from wagtail.models import Locale, PageManager, PageQuerySet


class GuidancePageQuerySet(PageQuerySet):
    def shown_in(self, language: str) -> Self:
        """What a visitor to this language's pages is shown: those in it, and in English those that it lacks."""
        here = self.live().public().select_related("locale")
        english = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
        locale = Locale.objects.filter(language_code=language).first()
        if locale in (None, english):
            return here.filter(locale=english)
        translated = self.live().filter(locale=locale).values_list("translation_key", flat=True)
        return here.filter(Q(locale=locale) | (Q(locale=english) & ~Q(translation_key__in=list(translated))))

    def about(self, words: str) -> BaseSearchResults:
        """Best first: pages with all of these words; if there is none, pages with any of them."""
        if not words:
            return EmptySearchResults()
        with_all = self.search(words, operator="and")
        return with_all if with_all.count() else self.search(words, operator="or")


GuidancePageManager = PageManager.from_queryset(GuidancePageQuerySet)
