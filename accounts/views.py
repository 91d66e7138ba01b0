from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import override
from django.views import View

from accounts.forms import SignInForm
from accounts.roles import roles_of


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    next_page = "/"


class Start(LoginRequiredMixin, View):
    """Sends a person who has just signed in to the page where their work is, in their language."""

    def get(self, request):
        with override(request.user.language):
            return redirect(first_page(roles_of(request.user)))


class Language(LoginRequiredMixin, View):
    """Keeps the language a person chose, and shows them the same page in it."""

    http_method_names = ["post"]

    def post(self, request):
        language = request.POST.get("language")
        if language in dict(settings.LANGUAGES):
            request.user.language = language
            request.user.save(update_fields=["language"])
        next_url = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(next_url, allowed_hosts={request.get_host()}):
            next_url = "/"
        return HttpResponseRedirect(translate_url(next_url, request.user.language))


def first_page(roles) -> str:
    """The address of the first of a person's main pages that this site has."""
    names = [
        (roles.is_adviser, "candidates:caseload"),
        (roles.is_adviser, "search:adviser_jobs"),
        (roles.is_employer, "jobs:mine"),
        (roles.is_candidate, "search:my_openings"),
        (roles.is_editor, "wagtailadmin_home"),
        (True, "jobs:list"),
    ]
    for applies, name in names:
        if applies:
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    return "/"
