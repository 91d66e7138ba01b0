"""Makes the page tree that a new site starts with, from the files in content/."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from cms.models import GuidancePage, HomePage

CONTENT = Path(__file__).parent / "content"
ENGLISH, WELSH = "en", "cy"
GUIDANCE = [
    "looking-for-work",
    "for-employers",
    "for-advisers",
    "how-matching-works",
    "help",
    "accessibility",
    "privacy",
    "cookies",
    "data-we-use",
]


@transaction.atomic
def load_pages() -> list[str]:
    """Make every page that is not there yet; a page that is there is an editor's and stays as it is.

    Works on an empty database too. Returns the titles of the pages made.
    """
    english = Locale.objects.get_or_create(language_code=ENGLISH)[0]
    welsh = Locale.objects.get_or_create(language_code=WELSH)[0]
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=english)
    made = []

    home = HomePage.objects.child_of(root).filter(locale=english).first()
    if home is None:
        home = _add_home(root, english, slug="throughgate")
        made.append(home.title)
    _make_site(home)
    _remove_welcome_page(root)
    made += _load_guidance(home, english)

    welsh_home = HomePage.objects.child_of(root).filter(locale=welsh).first()
    if welsh_home is None:
        welsh_home = _add_home(root, welsh, slug="throughgate-cy", translation_key=home.translation_key)
        made.append(welsh_home.title)
    made += _load_guidance(welsh_home, welsh)

    _give_editors_the_pages(root)
    return made


def _add_home(root: Page, locale: Locale, **fields) -> HomePage:
    content = json.loads((CONTENT / locale.language_code / "home.json").read_text(encoding="utf-8"))
    ways_in = [{"type": "way", "value": way} for way in content.pop("ways_in")]
    home = HomePage(locale=locale, ways_in=json.dumps(ways_in), **content, **fields)
    root.refresh_from_db()
    root.add_child(instance=home)
    home.save_revision().publish()
    return home


def _load_guidance(home: HomePage, locale: Locale) -> list[str]:
    """Guidance that has a file in this language; what has none is shown in English by HomePage.route."""
    made = []
    present = set(GuidancePage.objects.child_of(home).values_list("slug", flat=True))
    english_keys = dict(
        GuidancePage.objects.filter(locale__language_code=ENGLISH).values_list("slug", "translation_key")
    )
    for slug in GUIDANCE:
        path = CONTENT / locale.language_code / f"{slug}.html"
        if slug in present or not path.exists():
            continue
        page = GuidancePage(slug=slug, locale=locale, **_read_guidance(path))
        if slug in english_keys:
            page.translation_key = english_keys[slug]
        home.add_child(instance=page)
        page.save_revision().publish()
        made.append(page.title)
    return made


def _read_guidance(path: Path) -> dict[str, str]:
    """A file is `title:` and `summary:` lines, an empty line, then the body as HTML."""
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return {"title": fields["title"], "summary": fields["summary"], "body": body.strip()}


def _make_site(home: HomePage) -> None:
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site = Site.objects.filter(is_default_site=True).first()
    if site is not None and site.root_page_id == home.pk:
        return
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": address.hostname, "port": port, "root_page": home, "site_name": "Throughgate"},
    )


def _remove_welcome_page(root: Page) -> None:
    """The page that Wagtail's own first migration makes; it has no template."""
    for page in Page.objects.child_of(root).exact_type(Page).filter(slug="home"):
        page.delete()


def _give_editors_the_pages(root: Page) -> None:
    editors = Group.objects.get_or_create(name="Editors")[0]
    editors.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.get_or_create(
            group=editors,
            page=root,
            permission=Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{action}_page"),
        )
