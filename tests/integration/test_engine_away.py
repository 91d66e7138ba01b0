"""Every page that ranks, when the engine is away or slow: a plain list, every rule still held, nothing lost."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import timezone

from candidates.models import Application, Evidence
from search import plain
from search.engines import patience
from search.engines.embedded import EmbeddedEngine
from search.errors import EncoderUnavailable, SearchUnavailable
from search.models import IndexChange
from tests.factories.accounts import AgencyMemberFactory, OutcodeFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.jobs import CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db
PATIENCE = 1.2  # seconds that a page may spend on the engine


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


class SlowEngine(EmbeddedEngine):
    """Each question takes `seconds` of the test's clock; longer than a second, it gives up."""

    def __init__(self, clock, seconds):
        super().__init__(site.SEARCH_INDEX_DIR)
        self.clock, self.seconds, self.asked = clock, seconds, 0

    def wait(self):
        allowed = patience.seconds_left(1.0)
        self.asked += 1
        self.clock.now += min(allowed, self.seconds)
        if self.seconds > allowed:
            raise SearchUnavailable("The engine gave no answer in time.")

    def is_ready(self):
        self.wait()
        return super().is_ready()

    def search(self, *args, **kwargs):
        self.wait()
        return super().search(*args, **kwargs)

    def count(self, *args, **kwargs):
        self.wait()
        return super().count(*args, **kwargs)


@pytest.fixture
def slow_engine(monkeypatch, settings):
    """Put an engine in place that takes so many seconds for each question, on a clock of its own."""
    settings.SEARCH_ENGINE = "embedded"

    def put(seconds):
        engine = SlowEngine(Clock(), seconds)
        monkeypatch.setattr(patience, "time", engine.clock)
        monkeypatch.setattr("search.rebuilding.get_engine", lambda: engine)
        return engine

    return put


@pytest.fixture
def away(slow_engine):
    return slow_engine(60.0)


@pytest.fixture
def adviser(client):
    member = AgencyMemberFactory()
    client.force_login(member.user)
    return member


@pytest.fixture
def job():
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(job=job, text="Picking and packing orders")
    return job


def person(adviser, *lines, **kwargs):
    candidate = CandidateFactory(agency=adviser.agency, **kwargs)
    for text in lines:
        EvidenceFactory(candidate=candidate, text=text, proof=Evidence.Proof.OBSERVED)
    return candidate


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def rows(response):
    return [one.row for one in response.context["page"]]


def ranked_pages(job, candidate):
    """Every page of an adviser that asks the engine."""
    return (
        ("search:adviser_jobs", [], {}),
        ("search:job_candidates", [job.slug], {}),
        ("search:job_stopped", [job.slug], {}),
        ("search:candidate_jobs", [candidate.reference], {}),
        ("search:candidate_jobs", [candidate.reference], {"show": "stopped"}),
    )


def test_every_page_of_an_adviser_works_says_so_and_asks_once(client, adviser, job, away):
    candidate = person(adviser, "Picking orders")
    for name, args, query in ranked_pages(job, candidate):
        before = away.asked, away.clock.now
        text = page(client, name, *args, **query).content.decode()
        assert "Ranking is away just now." in text
        assert "Nothing is lost" in text
        assert away.asked - before[0] == 1
        assert round(away.clock.now - before[1], 6) <= PATIENCE


def test_a_candidates_own_pages_work_say_so_and_ask_once(client, job, away):
    me = EvidenceFactory(candidate=CandidateFactory()).candidate
    client.force_login(me.user)
    for name in ("search:my_openings", "search:my_stopped"):
        before = away.asked
        text = page(client, name).content.decode()
        assert "We cannot put the best fit first just now." in text
        assert away.asked - before == 1


@pytest.mark.one_machine("puts a slow engine of its own over the embedded one")
@pytest.mark.parametrize("seconds", [0.3, 0.7, 0.95])
def test_an_engine_that_answers_slowly_is_not_waited_for_again_and_again(client, adviser, job, slow_engine, seconds):
    candidate = person(adviser, "Picking orders")
    page(client, "search:job_candidates", job.slug)  # the index is made
    engine = slow_engine(seconds)
    for name, args, query in ranked_pages(job, candidate):
        before = engine.clock.now
        page(client, name, *args, **query)
        assert round(engine.clock.now - before, 6) <= PATIENCE


@pytest.mark.one_machine("puts a slow engine of its own over the embedded one")
def test_a_ranking_without_its_step_is_still_a_ranking(client, adviser, job, slow_engine):
    candidate = person(adviser, "Picking and packing orders")
    page(client, "search:job_candidates", job.slug)
    slow_engine(0.25)  # time enough to rank, not to count what a course would open
    response = page(client, "search:job_candidates", job.slug)
    assert [row.candidate for row in response.context["grid"].rows] == [candidate]
    assert response.context["step"] is None


def test_the_plain_grid_shows_the_nearest_first_and_nobody_whom_a_rule_stops(client, adviser, job, away):
    card = CredentialFactory(name="Lift truck card")
    RequirementFactory(job=job, text="Lift truck card", kind="credential", credentials=[card])
    near, nearer = person(adviser, home_outcode=OutcodeFactory(code="LS1")), person(adviser)
    for holder in (near, nearer):
        EvidenceFactory(candidate=holder, text="I hold it", kind="licence", credentials=[card])
    person(adviser, "Picking and packing orders")  # without the card
    for stopped in (
        {"released_to_employers_at": None},
        {"home_outcode": OutcodeFactory(code="M1")},
        {"home_outcode": None},
    ):
        holder = person(adviser, **stopped)
        EvidenceFactory(candidate=holder, text="I hold it", kind="licence", credentials=[card])
    EvidenceFactory(text="I hold it", kind="licence", credentials=[card])  # another agency's
    response = page(client, "search:job_candidates", job.slug)
    assert rows(response) == [nearer, near]
    text = response.content.decode()
    assert "The nearest is first." in text
    assert "What their records show was not compared with the job" in text
    assert reverse("search:pair", args=[job.slug, near.reference]) in text


def test_the_plain_grid_leaves_out_who_cannot_start_in_time(client, adviser, away):
    today = timezone.localdate()
    job = JobFactory(start_date=today + timedelta(days=5))
    RequirementFactory(job=job)
    in_time = person(adviser, available_from=today)
    person(adviser, available_from=today + timedelta(days=9))
    person(adviser, available_from=None)
    assert rows(page(client, "search:job_candidates", job.slug)) == [in_time]


def test_the_plain_grid_keeps_its_filters(client, adviser, job, away):
    card = CredentialFactory(name="CSCS card")
    holder = person(adviser)
    EvidenceFactory(candidate=holder, text="I hold it", credentials=[card])
    far = person(adviser, "Picking", home_outcode=OutcodeFactory(code="M1"), travel_miles=90)
    assert rows(page(client, "search:job_candidates", job.slug)) == [holder, far]
    assert rows(page(client, "search:job_candidates", job.slug, within="15")) == [holder]
    assert rows(page(client, "search:job_candidates", job.slug, holds=card.slug)) == [holder]


def test_a_job_without_a_place_passes_nobody_and_one_at_home_everybody_by_name(client, adviser, away):
    first, second = person(adviser, last_name="Abara"), person(adviser, last_name="Bevan", home_outcode=None)
    nowhere = RequirementFactory(job=JobFactory(outcode=None)).job
    assert rows(page(client, "search:job_candidates", nowhere.slug)) == []
    at_home = RequirementFactory(job=JobFactory(base_location="REMOTE")).job
    response = page(client, "search:job_candidates", at_home.slug)
    assert rows(response) == [first, second]
    assert "In the order of their names." in response.content.decode()


def test_stopped_people_are_still_listed_with_their_reasons_and_by_rule(client, adviser, job, away):
    far = person(adviser, last_name="Bevan", home_outcode=OutcodeFactory(code="M1"), travel_miles=5)
    hidden = person(adviser, last_name="Abara", released_to_employers_at=None)
    person(adviser, "Picking orders")
    CandidateFactory(released_to_employers_at=None)
    response = page(client, "search:job_stopped", job.slug)
    assert rows(response) == [hidden, far]
    assert "the limit is 5" in response.content.decode()
    assert rows(page(client, "search:job_stopped", job.slug, rule="too_far")) == [far]


def test_counts_are_a_dash_that_is_read_out_as_words(client, adviser, job, away):
    text = page(client, "search:adviser_jobs").content.decode()
    assert job.title in text
    assert "not counted just now" in text


def test_jobs_for_a_person_are_the_open_ones_that_no_rule_stops(client, adviser, job, away):
    candidate = person(adviser, "Picking orders")
    nearer = RequirementFactory(job=JobFactory(title="Packer", outcode=OutcodeFactory(code="LS1"))).job
    far = RequirementFactory(job=JobFactory(outcode=OutcodeFactory(code="M1"))).job
    early = RequirementFactory(job=JobFactory(start_date=timezone.localdate())).job
    JobFactory(draft=True)
    response = page(client, "search:candidate_jobs", candidate.reference)
    assert rows(response) == [job, nearer]
    assert "What the record shows was not compared with them." in response.content.decode()
    stopped = page(client, "search:candidate_jobs", candidate.reference, show="stopped")
    assert set(rows(stopped)) == {far, early}
    assert "miles from home" in stopped.content.decode()


def test_a_candidate_reads_plain_words_and_only_jobs_they_can_take(client, job, away):
    me = EvidenceFactory(candidate=CandidateFactory()).candidate
    client.force_login(me.user)
    card = CredentialFactory(name="Lift truck card")
    needs_card = JobFactory(title="Truck driver")
    RequirementFactory(job=needs_card, text="Lift truck card", kind="credential", credentials=[card])
    response = page(client, "search:my_openings")
    assert [one.job for one in response.context["openings"]] == [job]
    text = response.content.decode()
    assert "We do not know yet if you can do the work." in text
    assert "Truck driver" not in text
    not_yet = page(client, "search:my_stopped").content.decode()
    assert "Truck driver" in not_yet
    assert "You need:" in not_yet


def test_without_a_home_only_work_at_home_is_shown_newest_first(client, job, away):
    me = EvidenceFactory(candidate=CandidateFactory(home_outcode=None, available_from=None)).candidate
    client.force_login(me.user)
    at_home = RequirementFactory(job=JobFactory(base_location="REMOTE")).job
    RequirementFactory(job=JobFactory(base_location="REMOTE", start_date=timezone.localdate()))
    response = page(client, "search:my_openings")
    assert [one.job for one in response.context["openings"]] == [at_home]
    assert "The newest is first." in response.content.decode()


def test_an_empty_plain_list_still_says_what_to_do(client, adviser, job, away):
    assert "Nobody passes the rules of this job yet" in page(client, "search:job_candidates", job.slug).content.decode()
    me = EvidenceFactory(candidate=CandidateFactory(home_outcode=OutcodeFactory(code="B1"))).candidate
    client.force_login(me.user)
    assert "No job fits you today" in page(client, "search:my_openings").content.decode()


def test_a_plain_list_has_pages(client, adviser, job, away):
    for _number in range(27):
        person(adviser)
    assert len(rows(page(client, "search:job_candidates", job.slug))) == 25
    assert len(rows(page(client, "search:job_candidates", job.slug, page="2"))) == 2


def test_however_many_people_there_are_few_are_read(
    client, adviser, job, away, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(plain, "LOOKED_AT", 3)
    for _number in range(5):
        person(adviser, "Picking orders")
    response = page(client, "search:job_candidates", job.slug)
    assert len(rows(response)) == 3
    assert "Only the first 3 were looked at." in response.content.decode()
    candidate = adviser.agency.candidates.first()
    for name, args, query in ranked_pages(job, candidate):
        with django_assert_max_num_queries(18):
            page(client, name, *args, **query)


def test_people_are_put_forward_and_answer_while_ranking_is_away(client, adviser, job, away):
    candidate = person(adviser, "Picking orders")
    client.post(reverse("search:put_forward", args=[job.slug, candidate.reference]), {"note": "Has done it."})
    application = Application.objects.get()
    assert "Has done it." in page(client, "search:job_candidates", job.slug).content.decode()
    client.force_login(candidate.user)
    assert "Do you want this job?" in page(client, "search:my_openings").content.decode()
    client.post(reverse("search:answer", args=[application.pk]), {"answer": "yes"})
    application.refresh_from_db()
    assert application.status == Application.Status.ACCEPTED


def test_a_rule_is_not_overridden_while_ranking_is_away(client, adviser, job, away):
    hidden = person(adviser, released_to_employers_at=None)
    client.post(reverse("search:put_forward", args=[job.slug, hidden.reference]), {"note": "Good."})
    assert not Application.objects.exists()


def test_what_is_written_meanwhile_waits_on_the_outbox_and_is_found_afterwards(
    client, job, slow_engine, monkeypatch, django_capture_on_commit_callbacks
):
    me = EvidenceFactory(candidate=CandidateFactory(), text="Cutting hair").candidate
    client.force_login(me.user)
    assert page(client, "search:my_openings").context["openings"] == []
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("search.outbox.get_engine", lambda: SlowEngine(Clock(), 60.0))
        with django_capture_on_commit_callbacks(execute=True):
            line = {"text": "Picking and packing orders", "kind": "role"}
            assert client.post(reverse("candidates:my_story"), line).status_code == 302
        assert IndexChange.objects.waiting().count() == 1
    from search.outbox import drain

    assert drain() == 1
    assert [one.job for one in page(client, "search:my_openings").context["openings"]] == [job]


def test_the_pair_page_asks_no_engine(client, adviser, job, away):
    candidate = person(adviser, "Picking and packing orders")
    text = page(client, "search:pair", job.slug, candidate.reference).content.decode()
    assert "Ranking is away" not in text
    assert "clear" in text
    assert away.asked == 0


class TestWithoutTheEncoder:
    @pytest.fixture
    def new_phrases_cannot_be_read(self, fake_encoder, monkeypatch):
        def start():
            def fail(texts, progress=None):
                raise EncoderUnavailable("the encoder is away")

            monkeypatch.setattr(fake_encoder, "encode", fail)

        return start

    def test_a_ranking_by_words_alone_says_so(self, client, adviser, job, new_phrases_cannot_be_read):
        candidate = person(adviser, "Picking and packing orders")
        assert "Only the words themselves" not in page(client, "search:job_candidates", job.slug).content.decode()
        new_phrases_cannot_be_read()
        RequirementFactory(job=job, text="Loading lorries by hand")
        EvidenceFactory(candidate=candidate, text="Loading lorries by hand")
        for name, args in (
            ("search:job_candidates", [job.slug]),
            ("search:pair", [job.slug, candidate.reference]),
            ("search:candidate_jobs", [candidate.reference]),
        ):
            assert "Only the words themselves are compared just now" in page(client, name, *args).content.decode()

    def test_a_candidate_is_told_that_their_story_is_still_being_read(self, client, job, new_phrases_cannot_be_read):
        me = EvidenceFactory(candidate=CandidateFactory(), text="Picking and packing orders").candidate
        client.force_login(me.user)
        assert "not read all of your story" not in page(client, "search:my_openings").content.decode()
        new_phrases_cannot_be_read()
        EvidenceFactory(candidate=me, text="Loading lorries by hand")
        assert "We have not read all of your story yet." in page(client, "search:my_openings").content.decode()


def test_an_application_of_another_agency_is_not_shown_in_the_plain_list(client, adviser, job, away):
    ApplicationFactory(job=job)
    assert not page(client, "search:job_candidates", job.slug).context["shortlist"]
