"""What journeys in a browser ask of a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

# The rules of WCAG 2.2 AA and axe's good practice.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def assert_accessible(page) -> None:
    """No rule of axe is broken on the page as it stands now; says which are, and where."""
    violations = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    told = [
        f"{found['id']} ({found['impact']}): {found['help']}\n"
        + "\n".join(f"    {' '.join(map(str, node['target']))}" for node in found["nodes"])
        for found in violations
    ]
    assert not told, f"{page.url} breaks {len(told)} rules:\n" + "\n".join(told)


def assert_fits_its_width(page) -> None:
    """Nobody must scroll sideways to read the page."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{page.url} is {wide} pixels wide in a window of {window}"


def look_at(page, check: bool = True) -> None:
    """Accessible, and readable without scrolling sideways, at both sizes; not `check`, only passed through."""
    if check:
        page.wait_for_load_state("networkidle")  # a press may still be on its way to the next page
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            assert_fits_its_width(page)
            assert_accessible(page)


def sign_in(context, user, site_url: str) -> None:
    """Give the browser's context (or a page's) a session of this person's."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    getattr(context, "context", context).add_cookies([{"name": cookie.key, "value": cookie.value, "url": site_url}])
