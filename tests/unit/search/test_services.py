from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AgencyMember
from candidates.models import Candidate
from jobs.models import Job
from search.bands import CLEAR
from search.engines import get_engine
from search.errors import EncoderUnavailable
from search.models import IndexChange
from search.rebuilding import rebuild
from search.services import Choice, explain_pair, rank_candidates, rank_jobs, stopped_candidates, stopped_jobs
from tests.factories.accounts import AgencyFactory, AgencyMemberFactory, OutcodeFactory, UserFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.factories.jobs import CourseFactory, CredentialFactory, JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return AgencyMemberFactory(role=AgencyMember.Role.ADVISER)


@pytest.fixture
def job():
    job = JobFactory(title="Fork-lift driver", start_date=timezone.localdate() + timedelta(days=30))
    RequirementFactory(job=job, text="Drive a fork-lift truck")
    RequirementFactory(job=job, text="Keep stock records")
    return job


def person(adviser, *lines, **fields):
    candidate = CandidateFactory(agency=adviser.agency, **fields)
    for text in lines:
        EvidenceFactory(candidate=candidate, text=text)
    return candidate


def rows(ranking):
    return [one.row for one in ranking.ranked]


def test_the_best_comes_first_with_a_reason_for_each_requirement(adviser, job):
    other = person(adviser, "Cut and colour hair")
    best = person(adviser, "Drive a fork-lift truck", "Keep stock records")
    rebuild()
    ranking = rank_candidates(job=job, by=adviser.user)
    assert rows(ranking) == [best, other]
    assert (ranking.total, ranking.stopped) == (2, 0)
    match = ranking.ranked[0].match
    assert [line.requirement.text for line in match.lines] == ["Drive a fork-lift truck", "Keep stock records"]
    assert [line.band for line in match.lines] == [CLEAR, CLEAR]
    assert match.score > ranking.ranked[1].match.score


def test_only_candidates_whom_the_adviser_may_see_are_ranked(adviser, job):
    mine = person(adviser, "Drive a fork-lift truck")
    person(AgencyMemberFactory(role=AgencyMember.Role.ADVISER, agency=AgencyFactory()), "Drive a fork-lift truck")
    rebuild()
    assert rows(rank_candidates(job=job, by=adviser.user)) == [mine]
    ranking = rank_candidates(job=job, by=UserFactory())
    assert rows(ranking) == []
    assert (ranking.total, ranking.stopped) == (0, 0)
    assert stopped_candidates(job=job, by=UserFactory()) == []


def test_nobody_ranks_themselves(adviser, job):
    person(adviser, "Drive a fork-lift truck", user=adviser.user)
    other = person(adviser, "Keep stock records")
    rebuild()
    assert rows(rank_candidates(job=job, by=adviser.user)) == [other]


def test_who_is_stopped_is_not_ranked_and_can_be_asked_for_with_the_reason(adviser, job):
    fits = person(adviser, "Drive a fork-lift truck")
    far = person(adviser, "Drive a fork-lift truck", home_outcode=OutcodeFactory(code="CF10"))
    hidden = person(adviser, "Drive a fork-lift truck", released_to_employers_at=None)
    rebuild()
    ranking = rank_candidates(job=job, by=adviser.user)
    assert rows(ranking) == [fits]
    assert ranking.stopped == 2
    why = {one.row: [stop.rule for stop in one.match.stops] for one in stopped_candidates(job=job, by=adviser.user)}
    assert why == {far: ["too_far"], hidden: ["not_released"]}


def test_miles_can_be_narrowed(adviser, job):
    person(adviser, "Drive", home_outcode=OutcodeFactory(code="M1"), travel_miles=50)
    rebuild()
    assert rank_candidates(job=job, by=adviser.user).total == 1
    assert rank_candidates(job=job, by=adviser.user, choice=Choice(within=1)).total == 0


def test_pages_follow_on(adviser, job):
    people = [person(adviser, f"Line {number}") for number in range(5)]
    rebuild()
    first = rank_candidates(job=job, by=adviser.user, count=3)
    second = rank_candidates(job=job, by=adviser.user, start=3, count=3)
    assert len(first.ranked) == 3
    assert len(second.ranked) == 2
    assert {one.pk for one in rows(first) + rows(second)} == {one.pk for one in people}


def test_a_stale_index_shows_nobody_who_has_left_or_is_stopped_now(adviser, job):
    leaves, withdraws, stays = (person(adviser, "Drive a fork-lift truck") for _person in range(3))
    rebuild()
    Candidate.objects.filter(pk=leaves.pk).update(agency=AgencyFactory())
    Candidate.objects.filter(pk=withdraws.pk).update(released_to_employers_at=None)
    IndexChange.objects.all().delete()
    assert rows(rank_candidates(job=job, by=adviser.user)) == [stays]


def test_a_stale_index_shows_no_closed_job(adviser, job):
    candidate = person(adviser, "Drive a fork-lift truck")
    rebuild()
    assert rows(rank_jobs(candidate=candidate, by=candidate.user)) == [job]
    Job.objects.filter(pk=job.pk).update(status=Job.Status.CLOSED)
    assert rows(rank_jobs(candidate=candidate, by=candidate.user)) == []


def test_jobs_for_a_candidate_by_the_same_score(adviser, job):
    salon = JobFactory(title="Hairdresser")
    RequirementFactory(job=salon, text="Cut and colour hair")
    candidate = person(adviser, "Drive a fork-lift truck", released_to_employers_at=None)  # may look for themselves
    rebuild()
    ranking = rank_jobs(candidate=candidate, by=candidate.user)
    assert rows(ranking) == [job, salon]
    assert ranking.ranked[0].match.score == pytest.approx(explain_pair(job=job, candidate=candidate).score, abs=1e-3)
    assert "not_released" in [stop.rule for stop in explain_pair(job=job, candidate=candidate).stops]


def test_jobs_that_a_candidate_cannot_do_yet_come_with_the_reason(adviser):
    ticket = CredentialFactory(slug="forklift-counterbalance")
    job = JobFactory(title="Fork-lift driver")
    RequirementFactory(job=job, text="Counterbalance licence", kind="credential", credentials=[ticket])
    candidate = person(adviser, "Load lorries")
    rebuild()
    assert rows(rank_jobs(candidate=candidate, by=candidate.user)) == []
    [stopped] = stopped_jobs(candidate=candidate, by=candidate.user)
    assert stopped.row == job
    assert [stop.rule for stop in stopped.match.stops] == ["must_have_missing"]


def test_a_gap_is_closed_by_a_course_of_the_persons_own_prison(adviser):
    ticket = CredentialFactory(slug="forklift-counterbalance")
    job = JobFactory(title="Warehouse operative")
    RequirementFactory(
        job=job, text="Counterbalance licence", kind="credential", credentials=[ticket], is_training_given=True
    )
    candidate = person(adviser, "Load lorries")
    course = CourseFactory(title="Fork-lift course", credential=ticket, academy__prison=candidate.prison, places=4)
    CourseFactory(title="Elsewhere", credential=ticket)
    rebuild()
    [ranked] = rank_candidates(job=job, by=adviser.user).ranked
    [gap] = ranked.match.gaps
    assert gap.how_to_close.startswith("Fork-lift course: starts ")
    assert course.academy.prison.name in gap.how_to_close
    assert "4 places" in gap.how_to_close


def test_a_must_have_that_a_course_awards_before_they_can_start_is_a_gap_and_no_stop(adviser):
    ticket, today = CredentialFactory(slug="forklift-counterbalance"), timezone.localdate()
    job = JobFactory(title="Fork-lift driver", start_date=today + timedelta(days=60))
    RequirementFactory(job=job, text="Counterbalance licence", kind="credential", credentials=[ticket])
    in_time = person(adviser, "Load lorries", available_from=today + timedelta(days=30))
    too_soon = person(adviser, "Load lorries", available_from=today + timedelta(days=20))
    for one in (in_time, too_soon):
        starts = today + timedelta(days=14)
        CourseFactory(credential=ticket, academy__prison=one.prison, next_start_date=starts, length_days=10)
    rebuild()
    [ranked] = rank_candidates(job=job, by=adviser.user).ranked
    assert ranked.row == in_time
    [gap] = ranked.match.gaps
    assert "starts" in gap.how_to_close
    assert rows(rank_jobs(candidate=in_time, by=in_time.user)) == [job]
    [stopped] = stopped_candidates(job=job, by=adviser.user)
    assert stopped.row == too_soon


def test_without_the_encoder_words_alone_decide(adviser, job, monkeypatch):
    best = person(adviser, "Drive a fork-lift truck")
    other = person(adviser, "Cut hair")
    rebuild()
    from search.models import Phrase

    Phrase.objects.all().delete()

    class Away:
        def encode(self, texts, progress=None):
            raise EncoderUnavailable("no model here")

    monkeypatch.setattr("search.embeddings.get_encoder", Away)
    ranking = rank_candidates(job=job, by=adviser.user)
    assert rows(ranking) == [best, other]


def test_a_ranking_takes_the_same_few_queries_for_ten_people_as_for_two(adviser, job, django_assert_max_num_queries):
    for _person in range(10):
        person(adviser, "Drive a fork-lift truck", "Keep stock records")
    rebuild()
    with django_assert_max_num_queries(15):
        assert len(rank_candidates(job=job, by=adviser.user, count=10).ranked) == 10


def test_a_deleted_index_is_made_again_by_the_next_page(adviser, job):
    candidate = person(adviser, "Drive a fork-lift truck")
    rebuild()
    get_engine().remove()
    assert rows(rank_candidates(job=job, by=adviser.user)) == [candidate]
    assert rows(rank_jobs(candidate=candidate, by=candidate.user)) == [job]


def test_an_empty_record_is_ranked_last_and_shows_nothing(adviser, job):
    empty, full = person(adviser), person(adviser, "Drive a fork-lift truck")
    rebuild()
    ranking = rank_candidates(job=job, by=adviser.user)
    assert rows(ranking) == [full, empty]
    assert ranking.ranked[1].match.reasons == ()
    assert len(ranking.ranked[1].match.gaps) == 2
