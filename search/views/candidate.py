"""A candidate's own openings: what fits and why, what does not yet and why, and their yes or no."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from accounts.access import CandidateOnly
from candidates.errors import CandidateError
from candidates.models import Application, Candidate
from candidates.services import answer
from jobs.models import Job
from search.errors import SearchError
from search.overview import Step, step_for_jobs
from search.plain import plain_jobs, plain_stopped_jobs
from search.services import rank_jobs, stopped_jobs
from search.views import telling
from search.views.paging import Patient, page_of

logger = logging.getLogger(__name__)

JOBS_A_PAGE = 10


class Own(CandidateOnly):
    @cached_property
    def candidate(self) -> Candidate:
        own = Candidate.objects.visible_to(self.request.user).filter(user=self.request.user)
        return get_object_or_404(own.for_matching())

    def get_context_data(self, **kwargs):
        return super().get_context_data(candidate=self.candidate, **kwargs)


class MyOpenings(Patient, Own, TemplateView):
    template_name = "search/my_openings.html"

    def get_context_data(self, **kwargs):
        user, candidate = self.request.user, self.candidate
        asked = Application.objects.visible_to(user).filter(candidate=candidate, job__in=Job.objects.open())
        asked = list(asked.exclude(status=Application.Status.WITHDRAWN).select_related("job__employer"))
        context = super().get_context_data(
            questions=[one for one in asked if one.status == Application.Status.PUT_FORWARD],
            answers=[one for one in asked if one.status != Application.Status.PUT_FORWARD],
            **kwargs,
        )
        if not candidate.evidence.all():
            return context | {"is_empty": True}
        try:
            page, ranking = page_of(
                lambda start: rank_jobs(candidate=candidate, by=user, start=start, count=JOBS_A_PAGE),
                self.request.GET.get("page"),
                JOBS_A_PAGE,
            )
        except SearchError as error:
            logger.warning("No ranking for candidate %s: %s", candidate.pk, error)
            plain = plain_jobs(candidate=candidate, by=user)
            page = Paginator(plain.rows, JOBS_A_PAGE).get_page(self.request.GET.get("page"))
            openings = [telling.opening(one) for one in page]
            return context | {"plain": plain, "page": page, "openings": openings}
        step = self._step()
        openings = [telling.opening(one) for one in ranking.ranked]
        return context | {
            "page": page,
            "ranking": ranking,
            "openings": [one for one in openings if one.fits],
            "unmatched": [one for one in openings if not one.fits],
            "step": step,
            "step_told": telling.step_told(step) if step else "",
        }

    def _step(self) -> Step | None:
        try:
            return step_for_jobs(candidate=self.candidate)
        except SearchError as error:
            logger.warning("No step for candidate %s: %s", self.candidate.pk, error)
            return None


class MyStopped(Patient, Own, TemplateView):
    template_name = "search/my_stopped.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        try:
            stopped, plain = stopped_jobs(candidate=self.candidate, by=self.request.user), None
        except SearchError as error:
            logger.warning("No ranking of the jobs stopped for candidate %s: %s", self.candidate.pk, error)
            plain = plain_stopped_jobs(candidate=self.candidate, by=self.request.user)
            stopped = list(plain.rows)
        page = Paginator(stopped, JOBS_A_PAGE).get_page(self.request.GET.get("page"))
        courses = telling.courses_for(self.candidate)
        rows = [(one, telling.stopped(one, self.candidate, courses)) for one in page]
        return context | {"page": page, "rows": rows, "count": len(stopped), "plain": plain}


class Answer(CandidateOnly, View):
    """A person's own yes or no to being put forward."""

    http_method_names = ["post"]

    def post(self, request, pk):
        own = Application.objects.visible_to(request.user).filter(candidate__user=request.user)
        application = get_object_or_404(own.select_related("job"), pk=pk)
        if request.POST.get("answer") not in ("yes", "no"):
            messages.error(request, _("Pick yes or no."))
            return redirect("search:my_openings")
        is_yes = request.POST["answer"] == "yes"
        try:
            answer(application=application, yes=is_yes, by=request.user)
        except CandidateError as error:
            messages.error(request, error.public_message)
        else:
            said = _("You said yes to %(job)s. Your adviser can see it.") if is_yes else _("You said no to %(job)s.")
            messages.success(request, said % {"job": application.job.title})
        return redirect("search:my_openings")
