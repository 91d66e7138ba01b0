from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, TemplateView

from jobs.listing import Listing
from jobs.models import Job, Requirement

JOBS_A_PAGE = 20


class JobList(TemplateView):
    template_name = "jobs/list.html"

    def get_context_data(self, **kwargs):
        listing = Listing(self.request.GET, self.request.user)
        page = Paginator(listing.jobs(), JOBS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            listing=listing, form=listing.form, jobs_page=page, count=page.paginator.count, **kwargs
        )


class JobDetail(DetailView):
    template_name = "jobs/detail.html"
    context_object_name = "job"

    def get_object(self, queryset=None):
        jobs = Job.objects.visible_to(self.request.user).for_listing().prefetch_related("requirements")
        return get_object_or_404(jobs, slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        lines = list(self.object.requirements.all())
        needs = [line for line in lines if line.kind != Requirement.Kind.TASK]
        return super().get_context_data(
            tasks=[line for line in lines if line.kind == Requirement.Kind.TASK],
            essential=[line for line in needs if line.is_essential],
            desirable=[line for line in needs if not line.is_essential],
            pledge=self.object.employer.current_pledge(),
            **kwargs,
        )
