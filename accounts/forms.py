import hashlib

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

TRIES = 10
LOCKED_MINUTES = 15


class SignInForm(AuthenticationForm):
    """E-mail or sign-in name, and a password. Ten wrong tries for one name close it for a quarter of an hour."""

    error_messages = {
        "invalid_login": _("We do not know this sign-in name and password together. Check both and try again."),
        "locked": _(
            "Too many wrong tries. Wait 15 minutes, then try again. If you have lost your password, ask your "
            "adviser or the person who set up your account."
        ),
        "inactive": _("This account is closed. Ask the person who set it up."),
    }

    username = forms.CharField(
        label=_("E-mail address or sign-in name"),
        error_messages={"required": _("Type your e-mail address or sign-in name")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("In prison this is the code on your printed sheet."),
        error_messages={"required": _("Type your password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    use_required_attribute = False

    def clean(self):
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        key = _tries_key(name)
        if cache.get(key, 0) >= TRIES:
            raise self._error("locked")
        self.user_cache = authenticate(self.request, username=name, password=password)
        if self.user_cache is None:
            raise self._error("locked" if _one_more_try(key) >= TRIES else "invalid_login")
        cache.delete(key)
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def _error(self, code):
        return forms.ValidationError(self.error_messages[code], code=code)


def _tries_key(name: str) -> str:
    return "sign-in-tries:" + hashlib.sha256(name.strip().casefold().encode()).hexdigest()


def _one_more_try(key: str) -> int:
    """How many wrong tries there were, this one included."""
    cache.add(key, 0, LOCKED_MINUTES * 60)
    try:
        return cache.incr(key)
    except ValueError:  # the quarter of an hour ended, or the cache was emptied, between the two lines
        return 1
