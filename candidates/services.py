"""Changes to a person's record, and to the list of those put forward for a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Outcode, User
from candidates.errors import CandidateSaidNo, EvidenceInvalid, MatchStopped, NoteMissing, NotWaiting
from candidates.models import Application, Candidate, Evidence, StatusChange
from candidates.months import months_problem
from jobs.credentials import held_credentials
from jobs.models import Credential, Job

LONGEST_LINE = 300
Status = Application.Status
# Why a job and a candidate cannot be matched now, in words; empty if nothing is against it. The rules themselves stand
# further right, so whoever calls brings them.
ReasonsAgainst = Callable[[Job, Candidate], Sequence[str]]


@transaction.atomic
def add_evidence(
    *,
    candidate: Candidate,
    text: str,
    kind: str,
    by: User,
    proof: str = Evidence.Proof.TOLD_US,
    expires_date: date | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
) -> Evidence:
    """Write one line of what a person can show, with the cards and licences that it says they hold.

    Raises EvidenceInvalid if the line is empty, longer than LONGEST_LINE, or there already, or if its months cannot be.
    """
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise EvidenceInvalid(_("Write what you can do, or what you have."))
    if len(text) > LONGEST_LINE:
        raise EvidenceInvalid(
            _("Use %(most)d letters or fewer. You have used %(used)d.") % {"most": LONGEST_LINE, "used": len(text)}
        )
    _check_months(kind, from_date, to_date)
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    if candidate.evidence.filter(kind=kind, text__iexact=text).exists():
        raise EvidenceInvalid(_("This line is already there. If you did it twice, write where."))
    line = Evidence.objects.create(
        candidate=candidate,
        text=text,
        kind=kind,
        proof=proof,
        expires_date=expires_date,
        from_date=from_date,
        to_date=to_date,
        recorded_by=by,
    )
    line.credentials.set(Credential.objects.filter(slug__in=held_credentials(text)))
    return line


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """Take a line away; a second time changes nothing."""
    for line in Evidence.objects.select_for_update().filter(pk=evidence.pk):
        line.delete()


@transaction.atomic
def set_months(*, evidence: Evidence, from_date: date | None, to_date: date | None, by: User) -> Evidence:
    """Write when the work of a line was done, or take its months out.

    Raises EvidenceInvalid if the months cannot be, or if the line is gone.
    """
    Candidate.objects.select_for_update().get(pk=evidence.candidate_id)  # an import that runs waits, or is waited for
    line = Evidence.objects.filter(pk=evidence.pk).first()
    if line is None:
        raise EvidenceInvalid(_("This line is not there any more."))
    _check_months(line.kind, from_date, to_date)
    if (line.from_date, line.to_date) != (from_date, to_date):
        line.from_date, line.to_date = from_date, to_date
        line.save(update_fields=["from_date", "to_date"])
    return line


def _check_months(kind: str, from_date: date | None, to_date: date | None) -> None:
    if problem := months_problem(kind, from_date, to_date):
        raise EvidenceInvalid(problem[1])


@transaction.atomic
def update_facts(
    *,
    candidate: Candidate,
    home_outcode: Outcode | None,
    travel_miles: int,
    available_from: date | None,
    work_interests: Iterable[str],
    is_released: bool,
    by: User,
) -> Candidate:
    """Write where a person will live, how far they travel, when they can start, what they want, and their own yes."""
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    candidate.home_outcode = home_outcode
    candidate.travel_miles = travel_miles
    candidate.available_from = available_from
    candidate.work_interests = list(work_interests)
    if is_released != candidate.is_released_to_employers:
        candidate.released_to_employers_at = timezone.now() if is_released else None
    candidate.save()
    return candidate


@transaction.atomic
def put_forward(*, job: Job, candidate: Candidate, note: str, by: User, reasons_against: ReasonsAgainst) -> Application:
    """Put a person on the shortlist for a job, where they wait for their own yes; a second time changes nothing.

    Raises NoteMissing, CandidateSaidNo, or MatchStopped with the reasons: nobody overrides a rule.
    """
    candidate = Candidate.objects.select_for_update(of=("self",)).for_matching().get(pk=candidate.pk)
    application = Application.objects.select_for_update().filter(job=job, candidate=candidate).first()
    if application and application.status in (Status.PUT_FORWARD, Status.ACCEPTED):
        return application
    if application and application.status == Status.DECLINED:
        raise CandidateSaidNo
    note = note.replace("\x00", "").strip()
    if not note:
        raise NoteMissing
    if reasons := list(reasons_against(job, candidate)):
        raise MatchStopped(reasons)
    application = application or Application(job=job, candidate=candidate)
    application.status, application.put_forward_by, application.note = Status.PUT_FORWARD, by, note
    application.save()
    StatusChange.objects.create(application=application, to=application.status, by=by)
    return application


@transaction.atomic
def take_off(*, application: Application, by: User) -> Application:
    """Take a person off the shortlist; who did it and when is kept. A person's own no stays as it is."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.status in (Status.PUT_FORWARD, Status.ACCEPTED):
        _change(application, Status.WITHDRAWN, by)
    return application


@transaction.atomic
def answer(*, application: Application, yes: bool, by: User) -> Application:
    """The person's own yes or no to being put forward; they may change it later. Raises NotWaiting."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if application.status == Status.WITHDRAWN:
        raise NotWaiting
    status = Status.ACCEPTED if yes else Status.DECLINED
    if application.status != status:
        _change(application, status, by)
    return application


def _change(application: Application, status: str, by: User) -> None:
    application.status = status
    application.save(update_fields=["status", "updated_at"])
    StatusChange.objects.create(application=application, to=status, by=by)
