from datetime import date

import pytest
from django.utils import timezone

from accounts.fields import end_of_month
from candidates.errors import CandidateSaidNo, EvidenceInvalid, MatchStopped, NoteMissing, NotWaiting
from candidates.models import Application, Evidence
from candidates.services import (
    LONGEST_LINE,
    add_evidence,
    answer,
    put_forward,
    remove_evidence,
    set_months,
    take_off,
    update_facts,
)
from jobs.credentials import find_credentials
from search.models import IndexChange
from tests.factories.accounts import OutcodeFactory, UserFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.jobs import CredentialFactory, JobFactory

pytestmark = pytest.mark.django_db
Status = Application.Status
CSCS = "CSCS labourer card"


def nothing(job, candidate):
    return []


def add(candidate, text, kind="skill", **kwargs):
    return add_evidence(candidate=candidate, text=text, kind=kind, by=candidate.user, **kwargs)


def test_add_evidence_keeps_the_words_trimmed_and_who_wrote_them():
    candidate = CandidateFactory()
    line = add(candidate, "  I packed\n orders  ")
    assert (line.text, line.kind, line.proof, line.recorded_by) == (
        "I packed orders",
        Evidence.Kind.SKILL,
        Evidence.Proof.TOLD_US,
        candidate.user,
    )


def test_add_evidence_links_the_credentials_that_the_words_say_are_held():
    (mention,) = find_credentials(CSCS)
    credential = CredentialFactory(slug=mention.slug)
    line = add(CandidateFactory(), f"I have a {CSCS}", kind="licence")
    assert list(line.credentials.all()) == [credential]


def test_add_evidence_queues_the_candidate_for_the_index():
    candidate = CandidateFactory()
    IndexChange.objects.all().delete()
    add(candidate, "I packed orders")
    assert set(IndexChange.objects.values_list("kind", "object_id")) == {("candidate", candidate.pk)}


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * (LONGEST_LINE + 1)])
def test_add_evidence_refuses_lines_that_say_nothing_or_too_much(text):
    candidate = CandidateFactory()
    with pytest.raises(EvidenceInvalid) as caught:
        add(candidate, text)
    assert caught.value.public_message
    assert not candidate.evidence.exists()


def test_add_evidence_refuses_the_same_line_again_in_any_case():
    line = EvidenceFactory(text="Picking orders")
    with pytest.raises(EvidenceInvalid):
        add(line.candidate, "picking ORDERS")
    assert add(line.candidate, "picking orders", kind="role").kind == "role"


def test_remove_evidence_twice_changes_nothing():
    line = EvidenceFactory()
    other = EvidenceFactory(candidate=line.candidate)
    for _time in range(2):
        remove_evidence(evidence=line, by=line.candidate.user)
    assert list(line.candidate.evidence.all()) == [other]


def test_update_facts_keeps_the_day_of_the_first_yes_and_takes_it_back():
    candidate = CandidateFactory()
    first = candidate.released_to_employers_at
    facts = {
        "home_outcode": OutcodeFactory(code="M1"),
        "travel_miles": 7,
        "available_from": date(2030, 1, 9),
        "work_interests": ["DRIVING"],
        "by": candidate.user,
    }
    update_facts(candidate=candidate, is_released=True, **facts)
    candidate.refresh_from_db()
    assert candidate.released_to_employers_at == first
    assert (candidate.home_outcode_id, candidate.travel_miles, candidate.work_interests) == ("M1", 7, ["DRIVING"])
    update_facts(candidate=candidate, is_released=False, **facts)
    candidate.refresh_from_db()
    assert not candidate.is_released_to_employers


class TestPutForward:
    def put(self, job, candidate, note="Did this work for a year.", against=nothing, by=None):
        return put_forward(job=job, candidate=candidate, note=note, by=by or UserFactory(), reasons_against=against)

    def test_keeps_who_and_why(self):
        job, candidate, adviser = JobFactory(), CandidateFactory(), UserFactory()
        application = self.put(job, candidate, by=adviser)
        assert (application.status, application.put_forward_by) == (Status.PUT_FORWARD, adviser)
        assert [(change.to, change.by) for change in application.changes.all()] == [(Status.PUT_FORWARD, adviser)]

    def test_again_changes_nothing(self):
        job, candidate = JobFactory(), CandidateFactory()
        first = self.put(job, candidate)
        again = self.put(job, candidate, note="Other words.")
        assert again == first
        assert again.note == first.note
        assert first.changes.count() == 1

    def test_is_refused_in_words_when_a_rule_stops_the_match(self):
        job, candidate = JobFactory(), CandidateFactory()
        with pytest.raises(MatchStopped) as caught:
            self.put(job, candidate, against=lambda _job, _candidate: ["Too far.", "Needs a card."])
        assert caught.value.reasons == ("Too far.", "Needs a card.")
        assert "Too far. Needs a card." in caught.value.public_message
        assert not Application.objects.exists()

    def test_needs_a_reason_of_the_advisers_own(self):
        with pytest.raises(NoteMissing):
            self.put(JobFactory(), CandidateFactory(), note="  ")

    def test_does_not_overrule_the_persons_no(self):
        application = ApplicationFactory(status=Status.DECLINED)
        with pytest.raises(CandidateSaidNo):
            self.put(application.job, application.candidate)

    def test_after_being_taken_off_starts_anew_with_the_new_reason(self):
        application = ApplicationFactory(status=Status.WITHDRAWN)
        again = self.put(application.job, application.candidate, note="Now has the card.")
        assert again.pk == application.pk
        assert (again.status, again.note) == (Status.PUT_FORWARD, "Now has the card.")


def test_take_off_keeps_a_trace_once():
    application, adviser = ApplicationFactory(), UserFactory()
    for _time in range(2):
        take_off(application=application, by=adviser)
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN
    assert [change.by for change in application.changes.all()] == [adviser]


def test_take_off_leaves_the_persons_no_as_it_is():
    application = ApplicationFactory(status=Status.DECLINED)
    assert take_off(application=application, by=UserFactory()).status == Status.DECLINED


def test_answer_can_be_changed_until_somebody_takes_the_person_off():
    application = ApplicationFactory()
    person = application.candidate.user
    assert answer(application=application, yes=True, by=person).status == Status.ACCEPTED
    assert answer(application=application, yes=True, by=person).changes.count() == 1
    assert answer(application=application, yes=False, by=person).status == Status.DECLINED
    ApplicationFactory._meta.model.objects.update(status=Status.WITHDRAWN)
    with pytest.raises(NotWaiting):
        answer(application=application, yes=True, by=person)


MAY, JUNE = date(2021, 5, 1), date(2022, 6, 30)


def test_a_line_of_work_keeps_its_months():
    line = add(CandidateFactory(), "Picker", kind="role", from_date=MAY, to_date=JUNE)
    assert (line.from_date, line.to_date) == (MAY, JUNE)


def test_months_are_set_and_taken_out_and_the_candidate_is_indexed_again():
    line = EvidenceFactory(kind="prison_work")
    IndexChange.objects.all().delete()
    set_months(evidence=line, from_date=MAY, to_date=None, by=line.candidate.user)
    line.refresh_from_db()
    assert (line.from_date, line.to_date) == (MAY, None)
    assert IndexChange.objects.filter(kind="candidate", object_id=line.candidate_id).exists()
    set_months(evidence=line, from_date=None, to_date=None, by=line.candidate.user)
    line.refresh_from_db()
    assert line.from_date is None


def test_the_same_months_again_change_nothing():
    line = EvidenceFactory(kind="role", from_date=MAY, to_date=JUNE)
    IndexChange.objects.all().delete()
    set_months(evidence=line, from_date=MAY, to_date=JUNE, by=line.candidate.user)
    assert not IndexChange.objects.exists()


@pytest.mark.parametrize(
    ("kind", "months", "message"),
    [
        ("skill", (MAY, JUNE), "Leave the months empty"),
        ("licence", (MAY, None), "Leave the months empty"),
        ("role", (None, JUNE), "when it started too"),
        ("role", (JUNE, MAY), "before the start"),
        ("placement", (date(2999, 1, 1), None), "not come yet"),
        ("placement", (MAY, date(2999, 1, 31)), "not come yet"),
        ("prison_work", (date(1021, 5, 1), None), "too long ago"),
    ],
)
def test_months_that_cannot_be_are_refused_and_nothing_is_written(kind, months, message):
    candidate = CandidateFactory()
    with pytest.raises(EvidenceInvalid, match=message):
        add(candidate, "Picker", kind=kind, from_date=months[0], to_date=months[1])
    line = EvidenceFactory(candidate=candidate, kind=kind)
    with pytest.raises(EvidenceInvalid, match=message):
        set_months(evidence=line, from_date=months[0], to_date=months[1], by=candidate.user)
    assert list(candidate.evidence.values_list("from_date", "to_date")) == [(None, None)]


def test_months_of_a_line_that_is_gone_are_refused():
    line = EvidenceFactory(kind="role")
    Evidence.objects.filter(pk=line.pk).delete()
    with pytest.raises(EvidenceInvalid, match="not there any more"):
        set_months(evidence=line, from_date=MAY, to_date=JUNE, by=line.candidate.user)


def test_work_may_end_in_this_month():
    today = timezone.localdate()
    line = add(CandidateFactory(), "Picker", kind="role", from_date=MAY, to_date=end_of_month(today))
    assert line.to_date >= today
