"""For whoever keeps the site running: how far the index is behind, and what it refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import TemplateView

from candidates.models import Candidate
from jobs.models import Job
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.models import IndexBuild, IndexChange
from search.outbox import retry_parked
from search.views.paging import Patient

A_PAGE = 25
PERMISSION = "search.change_indexchange"


class IndexKeeperOnly(LoginRequiredMixin):
    """Sends strangers to sign in; to those signed in without the permission the page does not exist."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.has_perm(PERMISSION):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@dataclass(frozen=True)
class IndexState:
    """What the engine says of its index. wrong: its own sentence, in English; "" if all is well."""

    is_away: bool
    wrong: str

    @classmethod
    def ask(cls) -> IndexState:
        try:
            return cls(False, get_engine().state())
        except SearchUnavailable as error:
            return cls(True, str(error))


class IndexHealth(IndexKeeperOnly, Patient, TemplateView):
    template_name = "search/index_health.html"

    def get_context_data(self, **kwargs):
        waiting, parked = IndexChange.objects.waiting(), IndexChange.objects.parked()
        page = Paginator(parked.order_by("pk"), A_PAGE).get_page(self.request.GET.get("page"))
        builds = IndexBuild.objects.unfinished().filter(engine=settings.SEARCH_ENGINE)
        build = builds.first()
        return super().get_context_data(
            state=IndexState.ask(),
            waiting=waiting.count(),
            oldest=waiting.order_by("pk").first(),
            build=build,
            is_building=build is not None and builds.with_heartbeat().exists(),
            page=page,
            rows=self._with_addresses(list(page)),
            parked=page.paginator.count,
            **kwargs,
        )

    def _with_addresses(self, changes: list[IndexChange]) -> list[tuple[IndexChange, str]]:
        """Each change with the address of its row's own page, where this person may open it."""
        user = self.request.user
        ids = {kind: [one.object_id for one in changes if one.kind == kind] for kind in IndexChange.Kind}
        jobs = Job.objects.visible_to(user).in_bulk(ids["job"])
        people = Candidate.objects.visible_to(user).advised_by(user).in_bulk(ids["candidate"])
        addresses = {("job", pk): job.get_absolute_url() for pk, job in jobs.items()}
        addresses |= {("candidate", pk): reverse("candidates:detail", args=[p.reference]) for pk, p in people.items()}
        return [(change, addresses.get((change.kind, change.object_id), "")) for change in changes]


class RetryParked(IndexKeeperOnly, View):
    """Sends one parked change (its id in `change`), or all of them, to the index again."""

    def post(self, request):
        one = request.POST.get("change", "")
        if one and not (one.isascii() and one.isdigit() and len(one) < 19):
            raise Http404
        count = retry_parked(pks=[int(one)] if one else None, by=request.user)
        if count:
            messages.success(
                request,
                ngettext("%(count)d change is sent again.", "%(count)d changes are sent again.", count)
                % {"count": count},
            )
        else:
            messages.info(request, _("There was nothing left to send again."))
        return redirect("search:index_health")
