"""The page of the search index for whoever keeps the site running."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from search.engines import get_engine
from search.errors import DocumentRefused, SearchUnavailable
from search.models import IndexBuild, IndexChange
from search.rebuilding import rebuild
from search.views import staff
from tests.factories.accounts import AgencyMemberFactory, UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="change_indexchange"))
    client.force_login(user)
    return user


@pytest.fixture
def parked():
    """A job and two candidates that the index refused."""
    rebuild()
    rows = [("job", JobFactory(title="Picker").pk), *(("candidate", c.pk) for c in CandidateFactory.create_batch(2))]
    IndexChange.objects.all().delete()
    return [
        IndexChange.objects.create(
            kind=kind, object_id=pk, parked_at=timezone.now(), attempts=2, error="It has 9,999 lines."
        )
        for kind, pk in rows
    ]


def text_of(client, **query):
    response = client.get(reverse("search:index_health"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    def post(**data):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(reverse("search:index_retry"), data)
        assert response.url == reverse("search:index_health")
        return text_of(client)

    return post


class TestState:
    def test_an_index_that_is_up_with_nothing_to_do(self, client, keeper):
        rebuild()
        told = text_of(client)
        assert "It is up and answers." in told
        assert "0 changes" in told
        assert "Nothing was refused" in told

    def test_changes_that_wait_and_since_when(self, client, keeper):
        change = IndexChange.objects.create(kind="job", object_id=1, error="The engine gives no answer.")
        IndexChange.objects.filter(pk=change.pk).update(created_at=timezone.now() - timedelta(hours=3))
        told = text_of(client)
        assert "1 change, the oldest for 3 hours" in told
        assert "The engine gives no answer." in told

    def test_an_index_that_is_missing(self, client, keeper):
        told = text_of(client)
        assert "It must be made anew." in told
        assert "Run manage.py rebuild_index." in told

    def test_an_engine_that_is_away(self, client, keeper, monkeypatch):
        def away(self):
            raise SearchUnavailable("Nobody answers at that address.")

        monkeypatch.setattr(type(get_engine()), "state", away)
        told = text_of(client)
        assert "It does not answer." in told
        assert "Nobody answers at that address." in told

    @pytest.mark.parametrize(("seconds", "says"), [(5, "Running: 12,000 of 100,000"), (90, "Cut short: 12,000")])
    def test_a_rebuild_and_how_far_it_is(self, client, keeper, settings, seconds, says):
        IndexBuild.objects.create(
            engine=settings.SEARCH_ENGINE,
            holder="here 1 - a",
            done=12_000,
            total=100_000,
            started_at=timezone.now() - timedelta(minutes=7),
            heartbeat_at=timezone.now() - timedelta(seconds=seconds),
        )
        told = text_of(client)
        assert says in told
        assert "begun 7 minutes ago" in told
        assert ("run manage.py rebuild_index" in told) == (seconds > 60)


class TestParked:
    def test_each_with_its_kind_id_attempts_and_error_and_nothing_of_the_person(self, client, keeper, parked):
        candidate = CandidateFactory._meta.model.objects.get(pk=parked[1].object_id)
        told = text_of(client)
        assert f"Job {parked[0].object_id}" in told
        assert f"Candidate {candidate.pk}" in told
        assert told.count("It has 9,999 lines.") == 3
        assert "2 times" in told
        for hidden in (candidate.first_name, candidate.last_name, candidate.reference, "Picker"):
            assert hidden not in told.split("<main")[1].split("</main")[0].replace("/jobs/picker", "")

    def test_a_link_only_where_this_person_may_open_the_page(self, client, keeper, parked):
        candidate = CandidateFactory._meta.model.objects.get(pk=parked[1].object_id)
        address = reverse("candidates:detail", args=[candidate.reference])
        told = text_of(client)
        assert "/jobs/picker" in told
        assert address not in told
        AgencyMemberFactory(user=keeper, agency=candidate.agency)
        assert address in text_of(client)

    def test_one_is_sent_again(self, client, keeper, parked, send):
        told = send(change=parked[1].pk)
        assert "1 change is sent again." in told
        assert set(IndexChange.objects.parked()) == {parked[0], parked[2]}
        assert get_engine().ids("candidate") == {str(parked[1].object_id)}

    def test_all_are_sent_again(self, client, keeper, parked, send):
        told = send()
        assert "3 changes are sent again." in told
        assert "Nothing was refused" in told
        assert len(get_engine().ids("candidate")) == 2

    def test_what_is_refused_again_is_there_again(self, client, keeper, parked, send, monkeypatch):
        def refuse(self, documents):
            raise DocumentRefused("Still too long.")

        monkeypatch.setattr(type(get_engine()), "put", refuse)
        told = send()
        assert told.count("Still too long.") == 3
        assert "3 times" in told

    def test_pressed_twice_there_is_nothing_left(self, client, keeper, parked, send):
        send(change=parked[1].pk)
        assert "There was nothing left to send again." in send(change=parked[1].pk)

    @pytest.mark.parametrize("change", ["x", "-1", "9" * 30, "²"])
    def test_a_change_that_is_none_is_not_there(self, client, keeper, parked, change):
        assert client.post(reverse("search:index_retry"), {"change": change}).status_code == 404
        assert IndexChange.objects.parked().count() == 3

    def test_many_have_pages(self, client, keeper, monkeypatch, parked):
        monkeypatch.setattr(staff, "A_PAGE", 2)
        assert text_of(client).count("It has 9,999 lines.") == 2
        last = text_of(client, page=2)
        assert last.count("It has 9,999 lines.") == 1
        assert text_of(client, page="nonsense").count("It has 9,999 lines.") == 2


class TestEditors:
    def test_the_menu_of_the_editors_has_a_link_for_those_who_may(self, client):
        editor = UserFactory(is_superuser=True)
        client.force_login(editor)
        assert reverse("search:index_health") in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_and_for_nobody_else(self, client):
        editor = UserFactory()
        editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
        client.force_login(editor)
        assert reverse("search:index_health") not in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_a_group_can_be_given_the_permission(self, client):
        client.force_login(UserFactory(is_superuser=True))
        assert "index change" in client.get(reverse("wagtailusers_groups:add")).content.decode()


def test_the_page_in_welsh(client, keeper, parked):
    told = " ".join(client.get("/cy/staff/index/").content.decode().split())
    assert "Y mynegai chwilio" in told
    assert "2 waith" in told
