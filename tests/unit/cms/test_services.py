import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Locale, Page, Site

from cms.models import GuidancePage, HomePage
from cms.services import CONTENT, GUIDANCE, load_pages

pytestmark = pytest.mark.django_db


def test_every_english_page_has_a_file_and_is_made():
    load_pages()
    slugs = set(GuidancePage.objects.filter(locale__language_code="en", live=True).values_list("slug", flat=True))
    assert slugs == set(GUIDANCE) == {path.stem for path in (CONTENT / "en").glob("*.html")}


def test_loading_again_changes_nothing(capsys):
    load_pages()
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision"))
    assert load_pages() == []
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision")) == before
    call_command("load_pages")
    assert "All pages are there." in capsys.readouterr().out


def test_an_editors_words_stay():
    load_pages()
    page = GuidancePage.objects.get(slug="help", locale__language_code="en")
    page.summary = "Written by an editor"
    page.save_revision().publish()
    load_pages()
    page.refresh_from_db()
    assert page.summary == "Written by an editor"


def test_a_welsh_page_is_the_translation_of_the_english_one():
    load_pages()
    english = GuidancePage.objects.get(slug="help", locale__language_code="en")
    assert english.get_translation(Locale.objects.get(language_code="cy")).title == "Cymorth"


def test_the_front_door_is_the_site_and_the_welcome_page_is_gone():
    load_pages()
    home = HomePage.objects.get(locale__language_code="en")
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk
    assert set(Page.objects.filter(depth=2).values_list("locale__language_code", flat=True)) == {"en", "cy"}


def test_an_emptied_database_is_filled_again():
    Site.objects.all().delete()
    Page.objects.all().delete()
    Locale.objects.all().delete()
    Group.objects.all().delete()
    assert len(load_pages()) > len(GUIDANCE)


def test_editors_may_write_and_publish_pages():
    load_pages()
    editors = Group.objects.get(name="Editors")
    codes = set(editors.page_permissions.values_list("permission__codename", flat=True))
    assert {"add_page", "change_page", "publish_page"} <= codes
    assert editors.permissions.filter(codename="access_admin").exists()
