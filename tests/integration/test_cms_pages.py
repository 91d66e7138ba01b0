import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import Locale

from accounts.models import AgencyMember
from cms.models import GuidancePage, HomePage
from cms.services import GUIDANCE, load_pages
from tests.factories.accounts import PASSWORD, AgencyMemberFactory, UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.employers import EmployerMemberFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(db):
    load_pages()


@pytest.fixture(autouse=True)
def no_tries_counted():
    cache.clear()


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("slug", GUIDANCE)
@pytest.mark.parametrize("prefix", ["/", "/cy/"])
def test_every_guidance_page_opens_in_both_languages(client, pages, prefix, slug):
    response = client.get(f"{prefix}{slug}/")
    assert response.status_code == 200
    assert text_of(response).count("<h1") == 1


def test_the_front_door_shows_what_is_new(client, pages, django_assert_max_num_queries):
    job = JobFactory(title="Trainee rail track worker")
    client.get("/")  # the site's root path is looked up once and kept
    with django_assert_max_num_queries(12):
        text = text_of(client.get("/"))
    assert job.title in text
    assert job.get_absolute_url() in text
    assert "New this week" in text


def test_the_front_door_without_jobs_says_so(client, pages):
    assert "There are no open jobs today" in text_of(client.get("/"))


def test_cy_is_in_welsh(client, pages):
    text = text_of(client.get("/cy/"))
    assert '<html lang="cy"' in text
    assert HomePage.objects.get(locale__language_code="cy").title in text


def test_a_page_not_in_welsh_is_shown_in_english_and_says_so(client, pages):
    text = text_of(client.get("/cy/cookies/"))
    assert '<article lang="en"' in text
    assert "Nid yw’r dudalen hon yn Gymraeg eto." in text


def test_a_page_made_later_never_fails_under_cy(client, pages):
    home = HomePage.objects.get(locale__language_code="en")
    home.add_child(instance=GuidancePage(title="New", slug="new", body="<p>Words</p>"))
    assert client.get("/cy/new/").status_code == 200
    assert client.get("/cy/never-made/").status_code == 404


def test_the_language_link_leads_to_the_same_page(client, pages):
    assert 'href="/cy/help/" lang="cy"' in text_of(client.get("/help/"))
    assert 'href="/help/" lang="en"' in text_of(client.get("/cy/help/"))
    assert 'href="/cookies/" lang="en"' in text_of(client.get("/cy/cookies/"))
    assert 'href="/cy/jobs/?words=cook" lang="cy"' in text_of(client.get("/jobs/?words=cook"))


def test_the_welsh_page_keeps_its_link_when_its_slug_differs(client, pages):
    page = GuidancePage.objects.get(slug="help", locale=Locale.objects.get(language_code="cy"))
    page.slug = "cymorth"
    page.save_revision().publish()
    assert 'href="/cy/cymorth/" lang="cy"' in text_of(client.get("/help/"))


def test_a_page_that_is_not_there_says_what_to_do(client, pages):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "We cannot find this page" in text_of(response)
    assert reverse("jobs:list") in text_of(response)


def test_a_broken_page_has_the_sites_look(client, pages, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(HomePage, "get_context", lambda *_args, **_kwargs: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    assert "It is our fault" in text_of(response)


def test_pages_carry_no_inline_style_or_script(client, pages):
    for address in ["/", "/jobs/", "/help/", "/account/sign-in/", "/nothing-here/"]:
        text = text_of(client.get(address))
        assert "style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
        assert "style-src 'self'" in client.get(address)["Content-Security-Policy"]


def test_the_title_says_error_first(client):
    text = text_of(client.post("/account/sign-in/", {"username": "", "password": ""}))
    assert "<title>Error: Sign in – Throughgate</title>" in text
    assert 'href="#id_username"' in text


@pytest.mark.parametrize("name", ["username", "email"])
def test_people_sign_in_by_name_or_address_in_any_case(client, name):
    user = UserFactory(username="Wing-B-12", email="wing@throughgate.example")
    data = {"username": getattr(user, name).upper(), "password": PASSWORD}
    response = client.post("/account/sign-in/", data, follow=True)
    assert response.context["user"] == user


def test_a_wrong_password_does_not_say_which_part_is_wrong(client):
    user = UserFactory()
    known = text_of(client.post("/account/sign-in/", {"username": user.username, "password": "wrong"}))
    unknown = text_of(client.post("/account/sign-in/", {"username": "nobody", "password": "wrong"}))
    told = "We do not know this sign-in name and password together"
    assert told in known
    assert told in unknown


def test_ten_wrong_tries_lock_a_name_and_no_other(client):
    user, other = UserFactory(), UserFactory()
    for _try in range(9):
        client.post("/account/sign-in/", {"username": user.username, "password": "wrong"})
    tenth = client.post("/account/sign-in/", {"username": user.username.upper(), "password": "wrong"})
    assert "Too many wrong tries. Wait 15 minutes" in text_of(tenth)
    right = client.post("/account/sign-in/", {"username": user.username, "password": PASSWORD})
    assert "Too many wrong tries" in text_of(right)
    assert client.post("/account/sign-in/", {"username": other.username, "password": PASSWORD}).status_code == 302


def test_a_right_password_takes_the_count_back(client):
    user = UserFactory()
    for _round in range(2):
        for _try in range(9):
            client.post("/account/sign-in/", {"username": user.username, "password": "wrong"})
        assert client.post("/account/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
        client.logout()


def test_the_editors_door_is_the_same_door(client):
    assert client.get("/editors/login/?next=/editors/")["Location"] == "/account/sign-in/?next=/editors/"


def test_signing_in_leads_nowhere_else(client):
    user = UserFactory()
    data = {"username": user.username, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/account/sign-in/", data)["Location"] == reverse("accounts:start")


def test_signing_out_needs_a_press(client):
    client.force_login(UserFactory())
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/")["Location"] == "/"
    assert django_settings.SESSION_COOKIE_NAME not in client.cookies or not client.session.items()


@pytest.mark.parametrize(
    "make",
    [
        lambda: AgencyMemberFactory().user,
        lambda: AgencyMemberFactory(role=AgencyMember.Role.MENTOR).user,
        lambda: EmployerMemberFactory().user,
        lambda: CandidateFactory().user,
        lambda: UserFactory(),
    ],
)
def test_start_leads_everybody_to_a_page(client, make):
    client.force_login(make())
    location = client.get("/account/start/")["Location"]
    assert location.startswith("/")
    assert client.get(location).status_code == 200


def test_start_leads_an_editor_to_the_pages(client, pages):
    editor = UserFactory()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    assert client.get("/account/start/")["Location"] == "/editors/"
    assert client.get("/editors/").status_code == 200


def test_start_asks_a_stranger_to_sign_in(client):
    assert client.get("/account/start/")["Location"].startswith("/account/sign-in/")


def test_the_language_chosen_is_kept(client):
    user = UserFactory()
    client.force_login(user)
    response = client.post("/account/language/", {"language": "cy", "next": "/jobs/?words=cook"})
    assert response["Location"] == "/cy/jobs/?words=cook"
    user.refresh_from_db()
    assert user.language == "cy"
    assert client.get("/account/start/")["Location"].startswith("/cy/")


@pytest.mark.parametrize("next_url", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_the_language_switch_leads_nowhere_else(client, next_url):
    client.force_login(UserFactory())
    response = client.post("/account/language/", {"language": "xx", "next": next_url})
    assert response["Location"] == "/"


def test_the_header_names_the_role(client, pages):
    member = AgencyMemberFactory()
    client.force_login(member.user)
    assert f"Employment adviser, {member.agency.name}" in text_of(client.get("/help/"))
