"""An employer's advert as lines: found by the parser, corrected by the employer."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from accounts.access import EmployerOnly
from employers.models import Employer
from jobs.errors import JobError
from jobs.imports import RequirementLine
from jobs.lines import lines_from_text
from jobs.models import Requirement
from jobs.services import create_job, replace_requirements
from jobs.views.employer import OwnJob
from search.adverts import ParsedAdvert, parse_advert
from search.embeddings import Embedder
from search.errors import EncoderUnavailable, ParserUntrained
from search.forms import Lines, PostJobForm, lines_of
from search.on_files import as_rows, requirements_of_advert
from search.phrases import site_phrases

logger = logging.getLogger(__name__)

PATIENCE = 8.0  # seconds that an employer waits for the advert to be read before the draft is saved without its lines


class PostJob(EmployerOnly, FormView):
    template_name = "search/post_job.html"
    form_class = PostJobForm

    @cached_property
    def employers(self):
        return Employer.objects.visible_to(self.request.user).run_by(self.request.user).order_by("name")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"employers": self.employers}

    def form_valid(self, form):
        facts = form.facts()
        advert = self._parsed(facts["advert_text"], facts["title"])
        facts["title"] = facts["title"] or (advert.title if advert else "")[:120]
        if not facts["title"]:
            missing = _("We found no title in the advert. Write one here.")
            form.add_error("title", missing if advert else _("We cannot read adverts just now. Write the title here."))
            return self.form_invalid(form)
        lines = as_rows(requirements_of_advert(advert)) if advert else []
        job = create_job(employer=form.chosen_employer, facts=facts, lines=lines, by=self.request.user)
        if lines:
            messages.success(self.request, _("The draft is saved. Check what we found in it."))
        elif advert is None:
            told = _(
                "The draft is saved, and nothing is lost. We cannot read adverts just now: write what the job needs."
            )
            messages.warning(self.request, told)
        else:
            messages.warning(self.request, _("The draft is saved."))
        for doubt in advert.doubts if advert else ():
            messages.warning(self.request, doubt.label)
        return redirect("search:edit_lines", slug=job.slug)

    def _parsed(self, text: str, title: str) -> ParsedAdvert | None:
        """What the parser finds, or None if it cannot run now: the employer then writes the lines."""
        try:
            return parse_advert(text, title=title, embedder=Embedder(site_phrases(), patience=PATIENCE))
        except (EncoderUnavailable, ParserUntrained) as error:
            logger.warning("An advert was saved unread: %s", error)
            return None


class EditLines(OwnJob, TemplateView):
    """The lines of a job to correct; works as a plain form."""

    template_name = "search/edit_lines.html"

    @cached_property
    def requirements(self) -> dict[int, Requirement]:
        return {line.pk: line for line in self.job.requirements.prefetch_related("credentials")}

    def get_context_data(self, **kwargs):
        formset = kwargs.pop("formset", None) or Lines(initial=lines_of(self.job))
        rows = [(form, self.requirements.get(form["id"].value() and int(form["id"].value()))) for form in formset]
        return super().get_context_data(formset=formset, rows=rows, **kwargs)

    def post(self, request, *args, **kwargs):
        formset = Lines(request.POST, initial=lines_of(self.job))
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(formset=formset))
        lines = [line for row in formset.kept() for line in self._lines(**row)]
        try:
            replace_requirements(job=self.job, lines=lines, by=request.user)
        except JobError as error:
            messages.error(request, error.public_message)
            return redirect("search:edit_lines", slug=self.job.slug)
        if "more" in request.POST:
            messages.success(request, _("Saved. There is room for more lines at the end."))
            return redirect("search:edit_lines", slug=self.job.slug)
        messages.success(request, _("What the job needs is saved."))
        return redirect("jobs:publish", slug=self.job.slug)

    def _lines(self, *, id, text, kind, is_essential, is_training_given, **_unused) -> list[RequirementLine]:
        """A line as it was keeps what it asks for; new words are read again, and may ask for two things."""
        before = self.requirements.get(id)
        if before is None or before.text != text:
            return lines_from_text(text, kind=kind, is_essential=is_essential, is_training_given=is_training_given)
        credentials = tuple(credential.pk for credential in before.credentials.all())
        return [RequirementLine(text, kind, is_essential, credentials, is_training_given)]
