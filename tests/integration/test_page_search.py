"""The search of guidance pages: what is found, by whom, and what happens while the cluster is away."""

import socket
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Locale, PageViewRestriction
from wagtail.search.backends import get_search_backend

from cms.models import GuidancePage, HomePage, PageChange
from cms.page_changes import take_changes, take_changes_in_page
from cms.services import load_pages
from cms.views import PAGES_A_PAGE
from tests.factories.accounts import UserFactory
from tests.services import addresses, delete_indices

pytestmark = pytest.mark.django_db

ON_A_CLUSTER = {
    "default": {"BACKEND": "cms.page_search.PageSearchBackend", "AUTO_UPDATE": False},
    "database": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "english"},
}


@pytest.fixture
def in_the_database(settings):
    settings.WAGTAILSEARCH_BACKENDS = {"default": ON_A_CLUSTER["database"]}


def on_a_cluster(settings, urls, timeout):
    settings.WAGTAILSEARCH_BACKENDS = ON_A_CLUSTER
    settings.ELASTICSEARCH_URLS = urls
    settings.ELASTICSEARCH_TIMEOUT = timeout  # and by it an engine of its own, with a breaker that knows of no fault


@contextmanager
def on_server(settings, variable):
    from search.engines import elastic_engine

    urls = addresses(variable)
    settings.ELASTICSEARCH_PREFIX += "-page-search"
    on_a_cluster(settings, urls, 20.0)
    call_command("update_index", verbosity=0)
    try:
        yield
    finally:
        delete_indices(elastic_engine().client, settings.ELASTICSEARCH_PREFIX)


@pytest.fixture
def cluster(settings):
    with on_server(settings, "ELASTICSEARCH_URLS"):
        yield


@pytest.fixture(params=["database", "ELASTICSEARCH_URLS", "ELASTICSEARCH_8_URLS"])
def somewhere(request, settings):
    """On the database, and on both servers."""
    if request.param == "database":
        request.getfixturevalue("in_the_database")
        yield
        return
    with on_server(settings, request.param):
        yield


@pytest.fixture
def cluster_away(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    on_a_cluster(settings, [f"http://127.0.0.1:{port}"], 0.5 + port / 1e6)


@pytest.fixture
def pages():
    load_pages()


def up_to_date():
    """What a worker and a second's wait bring about."""
    take_changes()
    if hasattr(get_search_backend(), "es"):
        get_search_backend().refresh_indexes()


def add(title, *, parent=None, language="en", **fields):
    home = HomePage.objects.get(locale__language_code=language)
    page = GuidancePage(title=title, locale=Locale.objects.get(language_code=language), body="<p></p>", **fields)
    (parent or home).add_child(instance=page)
    page.save_revision().publish()
    return page


def titles(client, words, prefix="", **more):
    """The pages found, in their order, once the index is up to date."""
    up_to_date()
    return [page.title for page in search(client, words, prefix, **more).context["found"]]


def search(client, words, prefix="", **more):
    response = client.get(f"{prefix}/search/", {"q": words, **more})
    assert response.status_code == 200
    return response


def text_of(response):
    return response.content.decode()


# What is found -------------------------------------------------------------------------------------------------------


def test_words_are_found_in_title_summary_and_body(client, pages, somewhere):
    add("Zebra crossings")
    add("A summary", summary="Of a zebra.", slug="summary")
    page = add("A body", slug="body")
    page.body = "<p>About a <b>zebra</b>.</p>"
    page.save_revision().publish()
    assert set(titles(client, "zebra")) == {"Zebra crossings", "A summary", "A body"}


def test_the_cluster_finds_a_word_in_its_other_forms(client, pages, cluster):
    add("Zebras crossing")
    assert titles(client, "cross zebra") == ["Zebras crossing"]


def test_the_cluster_puts_a_word_of_the_title_first(client, pages, cluster):
    add("A summary", summary="Of a zebra.")
    add("About the zebra")
    assert titles(client, "zebra") == ["About the zebra", "A summary"]


def test_all_words_count_and_some_where_no_page_has_all(client, pages, somewhere):
    add("Zebra and okapi"), add("Zebra alone")
    assert titles(client, "okapi zebra") == ["Zebra and okapi"]
    assert set(titles(client, "zebra quagga")) == {"Zebra and okapi", "Zebra alone"}


def test_a_result_has_its_title_summary_and_link_and_the_page_its_count(client, pages, somewhere):
    add("Zebra", summary="A striped horse.")
    up_to_date()
    text = text_of(search(client, "zebra"))
    assert 'href="/zebra/">Zebra</a>' in text
    assert "A striped horse." in text
    assert ">1 page</h2>" in text


def test_unpublished_drafts_and_private_pages_are_not_found(client, pages, somewhere):
    page, private = add("Zebra"), add("Private zebra")
    add("Zebra below", parent=private)
    draft = GuidancePage(title="Draft zebra", body="<p></p>", live=False)
    HomePage.objects.get(locale__language_code="en").add_child(instance=draft)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert titles(client, "zebra") == ["Zebra"]
    page.unpublish()
    assert titles(client, "zebra") == []
    page.save_revision().publish()
    assert titles(client, "zebra") == ["Zebra"]
    page.delete()
    assert titles(client, "zebra") == []


def test_a_page_unpublished_a_moment_ago_is_not_shown(client, pages, cluster):
    page = add("Zebra")
    up_to_date()
    page.unpublish()
    assert "Zebra" not in text_of(search(client, "zebra"))


def test_a_page_that_moved_is_found_below_its_new_parent(pages, cluster):
    parent, page = add("Okapi"), add("Zebra")
    page.move(parent, pos="last-child")
    up_to_date()
    assert list(GuidancePage.objects.descendant_of(parent).search("zebra")) == [page]


def test_welsh_pages_are_found_in_welsh_and_english_ones_where_there_is_no_welsh(client, pages, somewhere):
    both = add("Zebra")
    add("Sebra zebra", language="cy", translation_key=both.translation_key)
    add("Zebra in English only", slug="english")
    assert set(titles(client, "zebra")) == {"Zebra", "Zebra in English only"}
    assert set(titles(client, "zebra", prefix="/cy")) == {"Sebra zebra", "Zebra in English only"}
    text = text_of(search(client, "zebra", prefix="/cy"))
    assert 'href="/cy/sebra-zebra/"' in text
    assert 'href="/cy/english/"' in text
    assert 'lang="en"' in text
    assert ">2 dudalen</h2>" in text
    assert client.get("/cy/english/").status_code == client.get("/cy/sebra-zebra/").status_code == 200


def test_many_results_come_in_pages(client, pages, somewhere):
    for number in range(PAGES_A_PAGE + 1):
        add(f"Zebra {number}")
    first, second = titles(client, "zebra"), titles(client, "zebra", page=2)
    assert (len(first), len(second)) == (PAGES_A_PAGE, 1)
    assert not set(first) & set(second)
    text = text_of(search(client, "zebra"))
    assert ">11 pages</h2>" in text
    assert "?q=zebra&amp;page=2" in text


def test_signs_mean_nothing(client, pages, somewhere):
    for words in ("?!", '"', "’", "🦓", "*", "w" * 200):
        assert len(search(client, words).context["found"]) == 0
    for words in ("quagga AND (", "quagga* OR -okapi:1 ^2 ~ \\", '"quagga', "it's", "zebra's’ (quagga)"):
        search(client, words)


def test_nothing_found_says_what_to_do(client, pages, in_the_database):
    text = text_of(search(client, "quagga"))
    assert "No page has these words" in text
    assert 'href="/jobs/"' in text


def test_nothing_typed_is_asked_for(client, pages, in_the_database):
    assert "govuk-error-summary" not in text_of(client.get("/search/"))
    assert "Type what you are looking for" in text_of(client.get("/search/?q=+"))


@pytest.mark.parametrize("length", [201, 100_000])
def test_a_query_that_is_too_long_is_told_so_and_not_sent_back(client, pages, in_the_database, length):
    response = client.get("/search/", {"q": "w" * length})
    text = text_of(response)
    assert response.status_code == 200
    assert "Use fewer words: 200 letters at most." in text
    assert f'value="{"w" * 200}…"' in text
    assert "w" * 202 not in text.replace(f"q={'w' * length}", "")  # the link to the other language keeps the address


def test_a_null_character_is_an_error_of_the_form(client, pages, in_the_database):
    assert "govuk-error-summary" in text_of(client.get("/search/", {"q": "zebra\x00"}))


# While the cluster is away -------------------------------------------------------------------------------------------


def test_while_the_cluster_is_away_the_database_answers(client, pages, cluster_away):
    add("Zebra", summary="A striped horse.")
    text = text_of(search(client, "zebra"))
    assert "A striped horse." in text
    assert ">1 page</h2>" in text
    assert "2 pages" not in text_of(search(client, "zebra", page=7))


def test_while_it_is_away_pages_are_published_and_taken_back(client, pages, cluster_away, caplog):
    page = add("Zebra")
    assert [found.title for found in search(client, "zebra").context["found"]] == ["Zebra"]
    page.unpublish()
    assert len(search(client, "zebra").context["found"]) == 0
    waiting = PageChange.objects.count()
    assert take_changes_in_page() == take_changes() == 0
    assert PageChange.objects.count() == waiting > 0
    assert "The page search is behind: " in caplog.text
    assert "Elasticsearch cannot be reached" in caplog.text


def test_an_editor_publishes_and_searches_while_it_is_away(
    client, pages, cluster_away, django_capture_on_commit_callbacks
):
    editor = UserFactory()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    page = add("Zebra")
    data = {
        "title": "Okapi",
        "slug": "okapi",
        "summary": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    data["body"] = '{"blocks": [{"key": "a", "text": "Words", "type": "unstyled"}], "entityMap": {}}'
    with django_capture_on_commit_callbacks(execute=True):
        saved = client.post(f"/editors/pages/{page.pk}/edit/", {**data, "action-publish": "1"})
    assert saved.status_code == 302
    page.refresh_from_db()
    assert (page.title, page.live) == ("Okapi", True)
    assert PageChange.objects.filter(model="wagtailcore.page", object_id=page.pk).exists()
    for address in ("/editors/pages/search/", f"/editors/pages/{page.get_parent().pk}/", "/editors/images/"):
        assert client.get(address, {"q": "oka"}).status_code == 200
    assert "Okapi" in text_of(client.get("/editors/pages/search/", {"q": "oka"}))


def test_one_machine_has_no_changes_to_keep(in_the_database, pages):
    add("Zebra")
    assert take_changes() == PageChange.objects.count() == 0


# When it is back -----------------------------------------------------------------------------------------------------


def test_what_waited_is_taken_when_it_is_back(client, pages, cluster, settings):
    gone = add("Zebra gone")
    up_to_date()
    urls, settings.ELASTICSEARCH_URLS = settings.ELASTICSEARCH_URLS, ["http://127.0.0.1:1"]
    add("Zebra new")
    gone.delete()
    assert take_changes() == 0
    settings.ELASTICSEARCH_URLS = urls
    assert titles(client, "zebra") == ["Zebra new"]
    assert PageChange.objects.count() == 0


def test_an_index_that_was_deleted_is_made_again_by_a_worker_and_left_alone_in_a_page(client, pages, cluster, settings):
    from search.engines import elastic_engine

    add("Zebra")
    up_to_date()
    delete_indices(elastic_engine().client, settings.ELASTICSEARCH_PREFIX)
    assert take_changes_in_page() == 0
    assert [page.title for page in search(client, "zebra").context["found"]] == ["Zebra"]  # from the database
    assert titles(client, "zebra") == ["Zebra"]
    assert GuidancePage.objects.search("zebra").count() == 1


def test_editors_find_by_the_beginning_of_a_word(client, pages, cluster):
    editor = UserFactory()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    add("Zebra")
    up_to_date()
    assert "Zebra" in text_of(client.get("/editors/pages/search/", {"q": "zeb"}))


def test_what_a_killed_rebuild_left_is_removed_and_nothing_else(pages, cluster, settings):
    from search.engines import elastic_engine

    client = elastic_engine().client
    alias = f"{settings.ELASTICSEARCH_PREFIX}-pages-wagtailcore_page"
    keep = [f"{settings.ELASTICSEARCH_PREFIX}-job-0123456789ab", f"{alias}_of_somebody_else"]
    for name in (f"{alias}_abc1234", *keep):
        client.indices.create(index=name)
    call_command("update_index", verbosity=0)
    names = list(client.indices.get(index=f"{settings.ELASTICSEARCH_PREFIX}-*").body)
    assert f"{alias}_abc1234" not in names
    assert set(keep) <= set(names)
