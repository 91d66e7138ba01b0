from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from accounts.access import EmployerOnly
from employers.models import Employer, Pledge
from jobs.errors import JobError, JobNotReady, PledgeMissing
from jobs.forms_employer import JobFactsForm, facts_of
from jobs.models import Job, Requirement
from jobs.services import close_job, missing_before_publishing, publish_job, update_job


class OwnJob(EmployerOnly):
    """A job of an employer that the person signed in belongs to; any other does not exist for them."""

    @cached_property
    def job(self) -> Job:
        own = Job.objects.visible_to(self.request.user).editable_by(self.request.user)
        return get_object_or_404(own.for_listing(), slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(job=self.job, **kwargs)


class MyJobs(EmployerOnly, TemplateView):
    template_name = "jobs/employer/mine.html"

    def get_context_data(self, **kwargs):
        own = Job.objects.visible_to(self.request.user).editable_by(self.request.user)
        counts = {row["status"]: row["n"] for row in own.order_by().values("status").annotate(n=Count("pk"))}
        status = self.request.GET.get("status")
        status = status if status in Job.Status.values else ""
        rows = own.for_listing().annotate(number_of_lines=Count("requirements")).order_by("-updated_at", "-pk")
        return super().get_context_data(
            jobs=rows.filter(status=status) if status else rows,
            status=status,
            statuses=[(value, label, counts.get(value, 0)) for value, label in Job.Status.choices],
            total=sum(counts.values()),
            pledges=pledges_of(self.request.user),
            **kwargs,
        )


def pledges_of(user) -> list[dict[str, object]]:
    """For each employer of this person: the pledge that stands, or the last one and why it does not."""
    employers = Employer.objects.visible_to(user).run_by(user).prefetch_related("pledges").order_by("name")
    states = []
    for employer in employers:
        pledges = list(employer.pledges.all())
        current = max((p for p in pledges if p.is_current), key=lambda p: p.review_date, default=None)
        waiting = any(pledge.status == Pledge.Status.SUBMITTED for pledge in pledges)
        states.append({"employer": employer, "current": current, "waiting": waiting, "last": next(iter(pledges), None)})
    return states


class JobEdit(OwnJob, FormView):
    template_name = "jobs/employer/edit.html"
    form_class = JobFactsForm

    def get_initial(self):
        return facts_of(self.job)

    def form_valid(self, form):
        try:
            update_job(job=self.job, facts=form.facts(), by=self.request.user)
        except JobNotReady as error:
            form.add_error(None, error.public_message)
            return self.form_invalid(form)
        messages.success(self.request, _("Pay, place and dates are saved."))
        return redirect("jobs:publish", slug=self.job.slug)


class JobPublish(OwnJob, TemplateView):
    """What people will read, what is still missing, and the press that publishes."""

    template_name = "jobs/employer/publish.html"

    def get_context_data(self, **kwargs):
        lines = list(self.job.requirements.prefetch_related("credentials"))
        needs = [line for line in lines if line.kind != Requirement.Kind.TASK]
        return super().get_context_data(
            tasks=[line for line in lines if line.kind == Requirement.Kind.TASK],
            essential=[line for line in needs if line.is_essential],
            desirable=[line for line in needs if not line.is_essential],
            pledge=self.job.employer.current_pledge(),
            missing=missing_before_publishing(self.job),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        try:
            job = publish_job(job=self.job, by=request.user)
        except PledgeMissing as error:
            context = self.get_context_data(refused=error.public_message)
            return self.render_to_response(context, status=409)
        except JobError as error:
            messages.error(request, error.public_message)
            return redirect("jobs:publish", slug=self.job.slug)
        messages.success(request, _("“%(title)s” is open. Advisers see who fits from now on.") % {"title": job.title})
        return redirect("jobs:mine")


class JobClose(OwnJob, TemplateView):
    """Asks first."""

    template_name = "jobs/employer/close.html"

    def post(self, request, *args, **kwargs):
        job = close_job(job=self.job, by=request.user)
        messages.success(request, _("“%(title)s” is closed.") % {"title": job.title})
        return redirect("jobs:mine")
