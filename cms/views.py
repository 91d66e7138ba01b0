from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cms.forms import PageSearchForm
from cms.models import GuidancePage
from cms.navigation import page_path

PAGES_A_PAGE = 10


class PageSearch(TemplateView):
    """Guidance pages with the words that a visitor types; of jobs there is a list of its own."""

    template_name = "cms/search.html"

    def get_context_data(self, **kwargs):
        form = PageSearchForm(self.request.GET) if "q" in self.request.GET else PageSearchForm()
        if not form.is_valid():
            return super().get_context_data(form=form, **kwargs)
        found = GuidancePage.objects.shown_in(get_language()).about(form.cleaned_data["q"])
        page = Paginator(found, PAGES_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            form=form,
            found=page,
            count=page.paginator.count,
            query=urlencode({"q": self.request.GET["q"]}),
            ways_on=[(_("Find work"), reverse("jobs:list")), (_("Help"), page_path("help"))],
            **kwargs,
        )
