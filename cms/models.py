from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """The front door: one sentence, two actions, three ways in."""

    lead = models.TextField(max_length=300)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 2  # one a language


class GuidancePage(Page):
    summary = models.TextField(max_length=300, blank=True)
    body = RichTextField(features=["h2", "h3", "bold", "ol", "ul", "link", "document-link"])

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
