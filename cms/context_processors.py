from django.utils.functional import SimpleLazyObject

from accounts.roles import roles_of
from cms.navigation import navigation_for, page_path


def site(request):
    """What every page's frame needs. Worked out only when a template asks for it."""

    def frame():
        roles = roles_of(getattr(request, "user", None))
        return {
            "home": page_path(),
            "navigation": navigation_for(roles, request.path),
            "who": roles.who,
            # For candidates, and for visitors, who may become one; staff pages are tables.
            "can_be_read_aloud": not (roles.is_adviser or roles.is_employer or roles.is_editor),
        }

    return {"site": SimpleLazyObject(frame)}
