"""What a person is to the service, read from their memberships in one query."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import AgencyMember, User


@dataclass(frozen=True)
class Roles:
    is_candidate: bool = False
    is_employer: bool = False
    is_adviser: bool = False
    is_editor: bool = False
    who: str = ""  # how the header names them: a role and a place, or their own name


def roles_of(user) -> Roles:
    """Kept on the user for the rest of the request."""
    if not getattr(user, "is_authenticated", False):
        return Roles()
    if not hasattr(user, "_roles"):
        user._roles = _read_roles(user)
    return user._roles


def _read_roles(user) -> Roles:
    # The names are those of the reverse relations: the tables themselves live further right.
    rows = list(
        User.objects.filter(pk=user.pk).values_list(
            "candidate__pk",
            "employer_memberships__employer__name",
            "agency_memberships__role",
            "agency_memberships__agency__name",
        )
    )
    advises = {AgencyMember.Role.ADVISER, AgencyMember.Role.MANAGER}
    agencies = sorted({(role, agency) for _c, _e, role, agency in rows if role in advises})
    employers = sorted({employer for _c, employer, _r, _a in rows if employer})
    is_candidate = any(row[0] for row in rows)
    if agencies:
        role, agency = agencies[0]
        who = f"{AgencyMember.Role(role).label}, {agency}"
    elif employers:
        who = employers[0]
    else:
        who = user.get_full_name() or user.get_username()
    return Roles(
        is_candidate=is_candidate,
        is_employer=bool(employers),
        is_adviser=bool(agencies),
        is_editor=user.has_perm("wagtailadmin.access_admin"),
        who=who,
    )
