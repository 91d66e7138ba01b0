"""An adviser's pages: who fits a job, who is stopped and why, the shortlist, and a candidate's openings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from accounts.access import AdviserOnly
from accounts.places import distance_miles
from candidates.errors import CandidateError
from candidates.models import Application, Candidate
from candidates.services import put_forward, take_off
from candidates.views import AdvisedRecord
from jobs.listing import Listing
from jobs.models import Credential, Job
from search.errors import SearchError
from search.forms import NoteForm, PeopleFilterForm
from search.overview import (
    Step,
    commonest_gap,
    how_many_fit,
    only_lacking,
    reasons_against,
    step_for_people,
)
from search.plain import plain_candidates, plain_jobs, plain_stopped_candidates, plain_stopped_jobs
from search.services import (
    Choice,
    Ranked,
    explain_pair,
    rank_candidates,
    rank_jobs,
    stopped_candidates,
    stopped_jobs,
)
from search.views.grid import make_grid
from search.views.paging import Patient, page_of

logger = logging.getLogger(__name__)

JOBS_A_PAGE, PEOPLE_A_PAGE, STOPPED_A_PAGE = 20, 10, 25


class OpenJob(AdviserOnly):
    """A job that is open now; any other does not exist here."""

    @cached_property
    def job(self) -> Job:
        jobs = Job.objects.open().visible_to(self.request.user).for_matching().with_records_asked()
        return get_object_or_404(jobs, slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(job=self.job, **kwargs)


class AdviserJobs(Patient, AdviserOnly, TemplateView):
    """Open jobs with how many of one's own people fit each."""

    template_name = "search/adviser_jobs.html"

    def get_context_data(self, **kwargs):
        listing = Listing(self.request.GET, self.request.user)
        page = Paginator(listing.jobs().for_matching(), JOBS_A_PAGE).get_page(self.request.GET.get("page"))
        context = super().get_context_data(
            listing=listing, form=listing.form, jobs_page=page, count=page.paginator.count, **kwargs
        )
        try:
            fitting = how_many_fit(jobs=page.object_list, by=self.request.user)
        except SearchError as error:
            logger.warning("Nobody counted for the list of jobs: %s", error)
            return context | {"unavailable": True, "rows": [(job, None) for job in page]}
        return context | {"rows": [(job, fitting[job.pk]) for job in page]}


class NarrowedJob(OpenJob):
    """A job, and what narrows the people shown for it."""

    @cached_property
    def form(self) -> PeopleFilterForm:
        own = Candidate.objects.visible_to(self.request.user).advised_by(self.request.user)
        held = Credential.objects.filter(evidence__candidate__in=own).distinct()
        form = PeopleFilterForm(self.request.GET, held=held)
        form.is_valid()
        return form

    @cached_property
    def choice(self) -> Choice:
        within, holds = self.form.cleaned_data.get("within"), self.form.cleaned_data.get("holds")
        return Choice(within, {"held": frozenset({holds.slug})} if holds else {})

    def query(self, **changes) -> str:
        """The filters as an address's parameters, with some changed; None takes one out."""
        holds = self.form.cleaned_data.get("holds")
        asked = {"within": self.form.cleaned_data.get("within"), "holds": holds.slug if holds else None} | changes
        return urlencode({name: value for name, value in asked.items() if value})

    def chips(self) -> list[tuple[str, str]]:
        """(what a filter does now, the address without it)."""
        chips = []
        if within := self.form.cleaned_data.get("within"):
            chips.append((_("within %(miles)s miles") % {"miles": within}, "?" + self.query(within=None)))
        if holds := self.form.cleaned_data.get("holds"):
            chips.append((_("holds: %(name)s") % {"name": holds.name}, "?" + self.query(holds=None)))
        return chips

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=self.form, chips=self.chips(), query=self.query(), **kwargs)


class JobCandidates(Patient, NarrowedJob, TemplateView):
    """The grid of people and requirements, the shortlist, and the step that would help most."""

    template_name = "search/job_candidates.html"

    def get_context_data(self, **kwargs):
        user, job = self.request.user, self.job
        applications = list(
            Application.objects.visible_to(user)
            .filter(job=job, candidate__in=Candidate.objects.advised_by(user))
            .exclude(status=Application.Status.WITHDRAWN)
            .select_related("candidate", "put_forward_by")
        )
        context = super().get_context_data(shortlist=applications, **kwargs)
        try:
            page, ranking = page_of(
                lambda start: rank_candidates(job=job, by=user, choice=self.choice, start=start, count=PEOPLE_A_PAGE),
                self.request.GET.get("page"),
                PEOPLE_A_PAGE,
            )
        except SearchError as error:
            logger.warning("No ranking for job %s: %s", job.pk, error)
            return context | self._unranked()
        step = self._step()
        grid = make_grid(ranking.ranked, {application.candidate_id: application for application in applications})
        shared = None if step else commonest_gap([row.match.lines for row in grid.everybody])
        return context | {"ranking": ranking, "grid": grid, "page": page, "step": step, "shared_gap": shared}

    def _step(self) -> Step | None:
        try:
            return step_for_people(job=self.job, by=self.request.user, choice=self.choice)
        except SearchError as error:
            logger.warning("No step for job %s: %s", self.job.pk, error)
            return None

    def _unranked(self) -> dict[str, object]:
        """The adviser's people whom no rule stops, when nothing can rank them."""
        plain = plain_candidates(job=self.job, by=self.request.user, choice=self.choice)
        page = Paginator(plain.rows, STOPPED_A_PAGE).get_page(self.request.GET.get("page"))
        return {"plain": plain, "page": page}


class JobStopped(Patient, NarrowedJob, TemplateView):
    """Who was stopped, and why; `lacking` shows those whom one credential alone keeps away."""

    template_name = "search/job_stopped.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asked = {"job": self.job, "by": self.request.user, "choice": self.choice}
        try:
            stopped, plain = stopped_candidates(**asked), None
        except SearchError as error:
            logger.warning("Nobody ranked of those stopped for job %s: %s", self.job.pk, error)
            plain = plain_stopped_candidates(**asked)
            stopped = list(plain.rows)
        rules = [rule.name for rule in self.choice.rules()]
        counts = {name: sum(one.match.stops[0].rule == name for one in stopped) for name in rules}
        rule, lacking = self.request.GET.get("rule"), slugify(self.request.GET.get("lacking", ""))
        credential = Credential.objects.filter(slug=lacking).first() if lacking else None
        if credential:
            stopped = only_lacking(stopped, self.job, credential.slug, self.choice)
        elif rule in rules:
            stopped = [one for one in stopped if one.match.stops[0].rule == rule]
        page = Paginator(stopped, STOPPED_A_PAGE).get_page(self.request.GET.get("page"))
        return context | {
            "plain": plain,
            "page": page,
            "rule": rule,
            "counts": [(name, n, self.query(rule=name)) for name, n in counts.items() if n],
            "total": sum(counts.values()),
            "credential": credential,
            "page_query": self.query(rule=rule, lacking=lacking),
        }


class OnePair(OpenJob, AdvisedRecord):
    """One job and one of the adviser's candidates."""

    @cached_property
    def application(self) -> Application | None:
        shown = Application.objects.visible_to(self.request.user).filter(job=self.job, candidate=self.candidate)
        return shown.exclude(status=Application.Status.WITHDRAWN).select_related("put_forward_by").first()


class Pair(OnePair, TemplateView):
    """Every requirement with its band, evidence and proof, what is missing, and why stopped if so."""

    template_name = "search/pair.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(application=self.application, **kwargs)
        candidate = Candidate.objects.visible_to(self.request.user).for_matching().get(pk=self.candidate.pk)
        match = explain_pair(job=self.job, candidate=candidate)  # asks no engine, and does without the encoder
        return context | {"match": match, "distance": miles_between(self.job, candidate)}


def miles_between(job: Job, candidate: Candidate) -> float | None:
    home, work = candidate.home_outcode, job.outcode
    if home is None or work is None or job.is_anywhere:
        return None
    return distance_miles(work.latitude, work.longitude, home.latitude, home.longitude)


class PutForward(OnePair, FormView):
    """Asks why this person, and puts them on the shortlist."""

    template_name = "search/put_forward.html"
    form_class = NoteForm

    def get_context_data(self, **kwargs):
        reasons = [] if self.application else reasons_against(self.job, self.candidate)
        return super().get_context_data(application=self.application, reasons=reasons, **kwargs)

    def form_valid(self, form):
        try:
            put_forward(
                job=self.job,
                candidate=self.candidate,
                note=form.cleaned_data["note"],
                by=self.request.user,
                reasons_against=reasons_against,
            )
        except CandidateError as error:
            form.add_error(None, error.public_message)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("%(name)s is on the shortlist and waits for their own yes.") % {"name": self.candidate},
        )
        return redirect("search:job_candidates", slug=self.job.slug)


class TakeOff(OnePair, View):
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        if self.application:
            take_off(application=self.application, by=request.user)
            messages.success(request, _("%(name)s is off the shortlist.") % {"name": self.candidate})
        return redirect("search:job_candidates", slug=self.job.slug)


class CandidateJobs(Patient, AdvisedRecord, TemplateView):
    """A candidate's openings as their adviser sees them; `?show=stopped` those a rule keeps away."""

    template_name = "search/candidate_jobs.html"

    @cached_property
    def candidate(self) -> Candidate:
        advised = Candidate.objects.visible_to(self.request.user).advised_by(self.request.user)
        return get_object_or_404(advised.for_matching(), reference=self.kwargs["reference"])

    def get_context_data(self, **kwargs):
        asked = {"candidate": self.candidate, "by": self.request.user}
        shows_stopped = self.request.GET.get("show") == "stopped"
        context = super().get_context_data(shows_stopped=shows_stopped, **kwargs)
        number = self.request.GET.get("page")
        try:
            if shows_stopped:
                return context | self._listed(stopped_jobs(**asked))
            page, ranking = page_of(
                lambda start: rank_jobs(**asked, start=start, count=PEOPLE_A_PAGE), number, PEOPLE_A_PAGE
            )
        except SearchError as error:
            logger.warning("No ranking for candidate %s: %s", self.candidate.pk, error)
            plain = plain_stopped_jobs(**asked) if shows_stopped else plain_jobs(**asked)
            return context | self._listed(plain.rows) | {"plain": plain}
        matched = [one for one in ranking.ranked if one.match.reasons]
        unmatched = [one for one in ranking.ranked if not one.match.reasons]
        return context | {
            "page": page,
            "ranked": matched,
            "unmatched": unmatched,
            "ranking": ranking,
            "page_query": "",
        }

    def _listed(self, rows: Sequence[Ranked]) -> dict[str, object]:
        page = Paginator(rows, STOPPED_A_PAGE).get_page(self.request.GET.get("page"))
        query = "show=stopped" if self.request.GET.get("show") == "stopped" else ""
        return {"page": page, "ranked": page.object_list, "page_query": query}
