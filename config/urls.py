from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import health

urlpatterns = [
    path("health/", include((health.urlpatterns, "health"))),
    # One door for everybody, so that its lock-out covers the editors' interface too.
    path("editors/login/", RedirectView.as_view(pattern_name="accounts:sign_in", query_string=True)),
    path("editors/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *([path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})] if settings.SERVE_MEDIA else []),
    # English at the root, Welsh under /cy/; the same views, the same names.
    *i18n_patterns(
        path("account/", include("accounts.urls")),
        path("", include("search.urls")),  # before jobs: /jobs/post/ is no job's slug
        path("jobs/", include("jobs.urls")),
        path("employers/", include("employers.urls")),
        path("candidates/", include("candidates.urls")),
        path("", include("cms.urls")),  # before the pages: no page of theirs is called search
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
