"""The links in the header: which, for whom, and which of them is the page being shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Roles


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    is_current: bool = False


FIND_WORK = (_("Find work"), "jobs:list", None)
VISITOR = [
    FIND_WORK,
    (_("For employers"), "wagtail_serve", "for-employers/"),
    (_("For advisers"), "wagtail_serve", "for-advisers/"),
    (_("How it works"), "wagtail_serve", "how-matching-works/"),
]
CANDIDATE = [
    (_("Jobs that fit you"), "search:my_openings", None),
    (_("My story"), "candidates:my_story", None),
]
ADVISER = [
    (_("Openings"), "search:adviser_jobs", None),
    (_("My caseload"), "candidates:caseload", None),
]
EMPLOYER = [
    (_("My jobs"), "jobs:mine", None),
    (_("Post a job"), "search:post_job", None),
]
EDITOR = [(_("Editors"), "wagtailadmin_home", None)]
HELP = [(_("Help"), "wagtail_serve", "help/")]


def page_path(slug: str = "") -> str:
    """Where a page of the CMS stands, in the language being shown; without a slug the front door."""
    return reverse("wagtail_serve", args=[f"{slug}/" if slug else ""])


def navigation_for(roles: Roles, path: str) -> list[Item]:
    """The links for one person, the one that `path` lies under marked; a page that is not built yet is left out."""
    entries = []
    if roles.is_adviser:
        entries += ADVISER
    if roles.is_employer:
        entries += EMPLOYER
    if roles.is_candidate:
        entries += CANDIDATE
    if roles.is_adviser or roles.is_candidate:
        entries.append(FIND_WORK)
    if roles.is_editor:
        entries += EDITOR
    entries = entries + HELP if entries else VISITOR
    links = [(label, url) for label, name, arg in entries if (url := _url(name, arg))]
    # The longest address wins: /jobs/mine/ is "My jobs", not "Find work".
    current = max((url for _label, url in links if path.startswith(url)), key=len, default=None)
    return [Item(label, url, url == current) for label, url in links]


def _url(name: str, arg: str | None) -> str | None:
    try:
        return reverse(name, args=[arg] if arg else None)
    except NoReverseMatch:
        return None
