"""Who may open a page at all: one mixin a role. Which rows they then see is the querysets' matter (`visible_to`)."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404

from accounts.roles import Roles, roles_of


class RoleRequired(LoginRequiredMixin):
    """Sends strangers to sign in; to those signed in without the role the page does not exist."""

    def has_role(self, roles: Roles) -> bool:
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.has_role(roles_of(request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class AdviserOnly(RoleRequired):
    def has_role(self, roles):
        return roles.is_adviser


class CandidateOnly(RoleRequired):
    def has_role(self, roles):
        return roles.is_candidate


class EmployerOnly(RoleRequired):
    def has_role(self, roles):
        return roles.is_employer
