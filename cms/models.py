from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.navigation import page_path
from cms.querysets import GuidancePageManager
from jobs.models import Job

NEW_JOBS = 5


class WayIn(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=60)
    text = blocks.TextBlock(max_length=300)
    link_label = blocks.CharBlock(max_length=60)
    link = blocks.CharBlock(max_length=200, help_text=_("Starts with /"))


class HomePage(Page):
    """The front door: one sentence, two actions, three ways in, what is new."""

    lead = models.TextField(max_length=300)
    ways_in = StreamField([("way", WayIn())], blank=True, max_num=3)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("ways_in")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.GuidancePage"]
    max_count_per_parent = 2  # one a language

    template = "cms/home.html"

    def route(self, request, path_components):
        """A page that is not in this language yet is shown in English rather than not at all."""
        try:
            return super().route(request, path_components)
        except Http404:
            english = self.get_translations().filter(locale__language_code=settings.LANGUAGE_CODE).first()
            if english is None:
                raise
            return english.specific.route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        jobs = list(Job.objects.open().visible_to(request.user).for_listing().newest_first()[:NEW_JOBS])
        week_ago = timezone.now() - timedelta(days=7)
        return {
            **super().get_context(request, *args, **kwargs),
            "new_jobs": jobs,
            "are_from_this_week": bool(jobs) and all(job.published_at >= week_ago for job in jobs),
        }


class GuidancePage(Page):
    summary = models.TextField(max_length=300, blank=True)
    body = RichTextField(features=["h2", "h3", "bold", "ol", "ul", "link", "document-link"])

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["cms.HomePage", "cms.GuidancePage"]
    subpage_types = ["cms.GuidancePage"]

    template = "cms/guidance.html"

    objects = GuidancePageManager()

    def path_here(self) -> str:
        """Its address among the pages of the language being shown, which need not be its own: HomePage.route."""
        _empty, _home, below = self.url_path.split("/", 2)
        return page_path(below.rstrip("/"))


class PageChange(models.Model):
    """A page, picture or document that the cluster's page index has yet to read; removed when it has.

    model: the root of its kind, as "wagtailcore.page". Written in the writer's own transaction.
    """

    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.model} {self.object_id}"
