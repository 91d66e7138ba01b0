from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from accounts.access import AdviserOnly, CandidateOnly
from candidates.errors import CandidateError
from candidates.forms import (
    OWN_WORDS,
    AdviserEvidenceForm,
    AdviserFactsForm,
    EvidenceForm,
    FactsForm,
    MonthsForm,
    in_own_words,
)
from candidates.models import Candidate, Evidence
from candidates.services import add_evidence, remove_evidence, set_months, update_facts
from jobs.vocabularies import Sector

CANDIDATES_A_PAGE = 25
MOST_WORDS = 6


class OwnRecord(CandidateOnly):
    """The record of the person who is signed in."""

    @cached_property
    def candidate(self) -> Candidate:
        own = Candidate.objects.visible_to(self.request.user).filter(user=self.request.user)
        return get_object_or_404(own.select_related("home_outcode"))

    def get_context_data(self, **kwargs):
        return super().get_context_data(candidate=self.candidate, **kwargs)


class AdvisedRecord(AdviserOnly):
    """The record of a candidate whom the person signed in advises; never their own."""

    @cached_property
    def candidate(self) -> Candidate:
        advised = Candidate.objects.visible_to(self.request.user).advised_by(self.request.user)
        rows = advised.select_related("home_outcode", "prison", "agency")
        return get_object_or_404(rows, reference=self.kwargs["reference"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(candidate=self.candidate, **kwargs)


class AddsLine(FormView):
    """A record with its lines, and the form for one more."""

    kinds = Evidence.Kind.choices

    def said(self, line: Evidence) -> str:
        return line.text

    def form_valid(self, form):
        try:
            line = add_evidence(candidate=self.candidate, by=self.request.user, **form.cleaned_data)
        except CandidateError as error:
            form.add_error("text", error.public_message)
            return self.form_invalid(form)
        messages.success(self.request, self.added(line))
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        lines = list(self.candidate.evidence.prefetch_related("credentials"))
        groups = [
            (label, [(line, self.said(line)) for line in lines if line.kind == kind]) for kind, label in self.kinds
        ]
        return super().get_context_data(
            lines=lines,
            groups=[(label, found) for label, found in groups if found],
            interests=[Sector(code).label for code in self.candidate.work_interests if code in Sector.values],
            **kwargs,
        )


class MyStory(OwnRecord, AddsLine):
    template_name = "candidates/my_story.html"
    form_class = EvidenceForm
    kinds = OWN_WORDS

    def added(self, line: Evidence) -> str:
        return _("Your line is added. We use it when you look at your jobs next.")

    def said(self, line: Evidence) -> str:
        return in_own_words(line.kind, line.text)

    def get_success_url(self):
        return self.request.path


class CandidateDetail(AdvisedRecord, AddsLine):
    template_name = "candidates/detail.html"
    form_class = AdviserEvidenceForm

    def added(self, line: Evidence) -> str:
        names = ", ".join(credential.name for credential in line.credentials.all())
        if names:
            return _("The line is added. It counts as: %(names)s.") % {"names": names}
        return _("The line is added.")

    def get_success_url(self):
        return self.request.path


class EditsFacts(FormView):
    def get_initial(self):
        return FactsForm.facts_of(self.candidate)

    def form_valid(self, form):
        update_facts(candidate=self.candidate, by=self.request.user, **form.values())
        messages.success(self.request, _("Saved. The next list of jobs goes by this."))
        return redirect(self.get_success_url())


class MyFacts(OwnRecord, EditsFacts):
    template_name = "candidates/my_facts.html"
    form_class = FactsForm

    def get_success_url(self):
        return "candidates:my_story"


class CandidateFacts(AdvisedRecord, EditsFacts):
    template_name = "candidates/facts.html"
    form_class = AdviserFactsForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"candidate": self.candidate}

    def get_success_url(self):
        return self.candidate


class SetsMonths(FormView):
    """When the work of a line was done: the months that count where a job asks for years."""

    template_name = "candidates/line_months.html"
    form_class = MonthsForm

    @cached_property
    def line(self) -> Evidence:
        return get_object_or_404(self.candidate.evidence, pk=self.kwargs["pk"], kind__in=Evidence.LASTING)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"kind": self.line.kind}

    def get_initial(self):
        return {"from_date": self.line.from_date, "to_date": self.line.to_date}

    def form_valid(self, form):
        try:
            set_months(evidence=self.line, by=self.request.user, **form.cleaned_data)
        except CandidateError as error:
            form.add_error("from_date", error.public_message)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. We use this for jobs that ask for years of work."))
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        return super().get_context_data(said=self.line.text, back=resolve_url(self.get_success_url()), **kwargs)


class MyLineMonths(OwnRecord, SetsMonths):
    def get_success_url(self):
        return "candidates:my_story"


class LineMonths(AdvisedRecord, SetsMonths):
    def get_success_url(self):
        return self.candidate


class RemovesLine(TemplateView):
    """Asks first; the press on the page that asks takes the line away."""

    @cached_property
    def line(self) -> Evidence:
        return get_object_or_404(self.candidate.evidence, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(line=self.line, said=in_own_words(self.line.kind, self.line.text), **kwargs)

    def post(self, request, *args, **kwargs):
        remove_evidence(evidence=self.line, by=request.user)
        messages.success(request, _("The line is gone."))
        return redirect(self.get_success_url())


class MyLineRemove(OwnRecord, RemovesLine):
    template_name = "candidates/remove_my_line.html"

    def get_success_url(self):
        return "candidates:my_story"


class LineRemove(AdvisedRecord, RemovesLine):
    template_name = "candidates/remove_line.html"

    def get_success_url(self):
        return self.candidate


class Caseload(AdviserOnly, TemplateView):
    """The candidates of an adviser's agencies, found by name, reference or any word of their lines."""

    template_name = "candidates/caseload.html"

    def get_context_data(self, **kwargs):
        words = " ".join(self.request.GET.get("words", "").replace("\x00", "").split()[:MOST_WORDS])[:100]
        user = self.request.user
        found = Candidate.objects.visible_to(user).advised_by(user)
        everybody = found.count()
        for word in words.split():
            line = Evidence.objects.filter(text__icontains=word).values("candidate")
            found = found.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(reference__icontains=word)
                | Q(home_outcode__town__icontains=word)
                | Q(pk__in=line)
            )
        rows = found.select_related("home_outcode", "prison").annotate(number_of_lines=Count("evidence", distinct=True))
        rows = rows.order_by("last_name", "first_name", "pk")
        page = Paginator(rows, CANDIDATES_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            words=words, candidates_page=page, count=page.paginator.count, everybody=everybody, **kwargs
        )
