"""Writes the demo into the database. Everything has a fixed reference, so that it is known again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, AgencyMember, Prison, User
from candidates.demo.adverts import Line, OpeningPlan, make_openings
from candidates.demo.material import digest, read_toml
from candidates.demo.people import LinePlan, PersonPlan, make_people
from candidates.imports import link_credentials
from candidates.models import Application, Candidate, Evidence, StatusChange
from candidates.signals import candidates_changed
from employers.models import Employer, EmployerMember, Pledge
from jobs.credentials import find_credentials, held_credentials, most_specific
from jobs.imports import RequirementLine, free_slug, write_requirements
from jobs.models import Academy, Course, Job, ReferenceLoad, Requirement
from jobs.progress import ProgressBar
from jobs.signals import jobs_changed

PASSWORD = "through-the-gate"  # public: for trying the service out on one machine
DOMAIN = "demo.throughgate.example"
MARK = "demo-"  # how the references of demo jobs and candidates begin
LOAD_NAME = "demo"


@dataclass(frozen=True)
class SignIn:
    role: str
    name: str  # what is typed
    can: str


SIGN_INS = (
    SignIn("employer", f"employer@{DOMAIN}", "owner of Calderside Logistics: own jobs, post a job from an advert"),
    SignIn("adviser", f"adviser@{DOMAIN}", "works at HMP Leeds: ranked candidates for a job, shortlists, records"),
    SignIn("candidate", "leeds-candidate", "Marcus Bennett: openings that fit and why, own evidence"),
    SignIn("editor", f"editor@{DOMAIN}", "edits the pages, at /editors/"),
)


def loaded() -> ReferenceLoad | None:
    """When which edition of the demo was loaded, or None."""
    return ReferenceLoad.objects.filter(name=LOAD_NAME).first()


def is_current(load: ReferenceLoad) -> bool:
    return load.digest == digest()


@transaction.atomic
def load_demo(today: date | None = None) -> dict[str, int]:
    """Make the demo, its dates relative to today; demo jobs and candidates of before are replaced, nothing else is."""
    today = today or timezone.localdate()
    people, openings = list(make_people(today)), list(make_openings(today))
    gone = remove_demo()
    with ProgressBar("Demo", len(people) + len(openings)) as bar:
        employers = _employers(today)
        courses = _agencies(employers, today)
        users = _users(employers)
        jobs = _jobs(openings, employers, today)
        bar.advance(len(openings))
        candidates = _candidates(people, courses, users)
        bar.advance(len(people))
        _shortlist(jobs, candidates, users["adviser"])
    ReferenceLoad.objects.update_or_create(name=LOAD_NAME, defaults={"digest": digest(), "loaded_at": timezone.now()})
    jobs_changed.send(sender=Job, ids=gone["jobs"] + [job.pk for job in jobs.values()])
    candidates_changed.send(sender=Candidate, ids=gone["candidates"] + [c.pk for c in candidates.values()])
    return {"employers": len(employers), "jobs": len(jobs), "candidates": len(candidates)}


def remove_demo() -> dict[str, list[int]]:
    """Delete demo jobs and candidates, and nothing that anybody else made; the ids that are gone."""
    jobs = Job.objects.filter(reference__startswith=MARK, employer__slug__in=[e["slug"] for e in _rows("employers")])
    candidates = Candidate.objects.filter(external_reference__startswith=MARK)
    gone = {
        "jobs": list(jobs.values_list("pk", flat=True)),
        "candidates": list(candidates.values_list("pk", flat=True)),
    }
    # Lines first and without a signal for each: the jobs and candidates they belong to are announced as a whole.
    for lines, links in (
        (
            Requirement.objects.filter(job__in=jobs),
            Requirement.credentials.through.objects.filter(requirement__job__in=jobs),
        ),
        (
            Evidence.objects.filter(candidate__in=candidates),
            Evidence.credentials.through.objects.filter(evidence__candidate__in=candidates),
        ),
    ):
        links.delete()
        lines._raw_delete(lines.db)
    jobs.delete()
    candidates.delete()
    return gone


def _rows(name: str) -> list[dict]:
    (rows,) = read_toml(name).values()
    return rows


def _employers(today: date) -> dict[str, Employer]:
    found = {}
    for row in _rows("employers"):
        employer, _created = Employer.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "sector": row["sector"],
                "outcode_id": row["outcode"],
            },
        )
        found[employer.slug] = employer
        _pledge(employer, row, today)
    return found


def _pledge(employer: Employer, row: dict, today: date) -> None:
    state = row.get("pledge", "accepted")
    signed_at = timezone.now() - timedelta(days={"accepted": 120, "lapsed": 430, "waiting": 6}[state])
    employer.pledges.all().delete()
    Pledge.objects.create(
        employer=employer,
        status=Pledge.Status.SUBMITTED if state == "waiting" else Pledge.Status.ACCEPTED,
        records_asked=row["asks"],
        who_decides=row["who_decides"],
        appeals="Write to the person who decides within 14 days; somebody else then looks at it again.",
        training="Those who decide take a half-day course on fair hiring each year.",
        signatory="Managing director",
        submitted_at=signed_at,
        accepted_at=None if state == "waiting" else signed_at + timedelta(days=3),
        review_date=None if state == "waiting" else today + timedelta(days=245 if state == "accepted" else -65),
    )


def _agencies(employers: dict[str, Employer], today: date) -> dict[tuple[str, str, str], Course]:
    """The agencies with their academies and courses; the courses by agency, academy and title."""
    found = {}
    for row in _rows("prisons"):
        if "prison" not in row:
            Agency.objects.update_or_create(
                name=row["name"], defaults={"kind": row["kind"], "outcode_id": row["outcode"]}
            )
            continue
        prison = Prison.objects.get(code=row["prison"])
        Agency.objects.update_or_create(
            prison=prison,
            defaults={"name": prison.name, "kind": Agency.Kind.PRISON, "outcode_id": prison.outcode_id},
        )
        for taught in row["academy"]:
            academy, _created = Academy.objects.update_or_create(
                name=taught["name"], prison=prison, defaults={"employer": employers.get(taught.get("employer", ""))}
            )
            for title, level, gives, days, starts_in, places in taught["courses"]:
                course, _created = Course.objects.update_or_create(
                    academy=academy,
                    title=title,
                    defaults={
                        "level": level,
                        "credential_id": next(iter(most_specific(held_credentials(gives or title))), None),
                        "length_days": days,
                        "next_start_date": today + timedelta(days=starts_in),
                        "places": places,
                    },
                )
                found[row["prison"], taught["name"], title] = course
    return found


def _users(employers: dict[str, Employer]) -> dict[str, User]:
    names = {"employer": ("Priya", "Campbell"), "adviser": ("Gareth", "Okafor"), "editor": ("Sam", "Whitfield")}
    password = make_password(PASSWORD)
    users = {}
    for role, (first, last) in names.items():
        users[role], _created = User.objects.update_or_create(
            username=f"{MARK}{role}",
            defaults={
                "email": f"{role}@{DOMAIN}",
                "first_name": first,
                "last_name": last,
                "password": password,
                "is_active": True,
            },
        )
    users["candidate"], _created = User.objects.update_or_create(
        username="leeds-candidate",
        defaults={"first_name": "Marcus", "last_name": "Bennett", "password": password, "is_active": True},
    )
    EmployerMember.objects.update_or_create(
        user=users["employer"],
        employer=employers["calderside-logistics"],
        defaults={"role": EmployerMember.Role.OWNER},
    )
    AgencyMember.objects.get_or_create(
        user=users["adviser"], agency=Agency.objects.get(prison_id="LEI"), role=AgencyMember.Role.ADVISER
    )
    editors, _created = Group.objects.get_or_create(name="Editors")
    editors.permissions.add(*Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin"))
    users["editor"].groups.add(editors)
    return users


def _jobs(openings: list[OpeningPlan], employers: dict[str, Employer], today: date) -> dict[str, Job]:
    taken = set(Job.objects.values_list("slug", flat=True))
    jobs = {}
    for number, plan in enumerate(openings):
        job = Job(employer=employers[plan.employer], reference=plan.reference, **plan.fields)
        job.slug = free_slug(f"{job.title} {job.town}", taken)
        if job.status != Job.Status.DRAFT:
            job.published_at = timezone.now() - timedelta(days=number * 7 % 26, hours=number % 9)
        jobs[plan.reference] = job
    Job.objects.bulk_create(jobs.values(), batch_size=100)
    write_requirements((jobs[plan.reference], [_requirement(line) for line in plan.lines]) for plan in openings)
    return jobs


def _requirement(line: Line) -> RequirementLine:
    asked = ()
    if line.kind == Requirement.Kind.CREDENTIAL:
        asked = tuple(most_specific(mention.slug for mention in find_credentials(line.text) if mention.slug))
    return RequirementLine(line.text, line.kind, line.is_essential, asked, line.is_training_given)


def _candidates(
    people: list[PersonPlan], courses: dict[tuple[str, str, str], Course], users: dict[str, User]
) -> dict[str, Candidate]:
    agencies = {agency.prison_id or agency.name: agency for agency in Agency.objects.select_related("prison")}
    candidates = {person.key: _candidate(person, agencies[person.agency], users) for person in people}
    Candidate.objects.bulk_create(candidates.values(), batch_size=100)
    lines = [
        _evidence(line, candidates[person.key], person, courses, users) for person in people for line in person.lines
    ]
    Evidence.objects.bulk_create(lines, batch_size=200)
    link_credentials(lines, held_credentials)
    return candidates


def _candidate(person: PersonPlan, agency: Agency, users: dict[str, User]) -> Candidate:
    return Candidate(
        external_reference=person.key,
        reference=person.reference,
        user=users["candidate"] if person.sign_in else None,
        first_name=person.first_name,
        last_name=person.last_name,
        agency=agency,
        prison=agency.prison,
        home_outcode_id=person.home or None,
        travel_miles=person.miles,
        available_from=person.available_from,
        released_to_employers_at=timezone.now() - timedelta(days=20) if person.is_released_to_employers else None,
        work_interests=person.interests,
    )


def _evidence(
    line: LinePlan,
    candidate: Candidate,
    person: PersonPlan,
    courses: dict[tuple[str, str, str], Course],
    users: dict[str, User],
) -> Evidence:
    is_seen = line.proof in (Evidence.Proof.OBSERVED, Evidence.Proof.ASSESSED)
    return Evidence(
        candidate=candidate,
        kind=line.kind,
        text=line.text,
        proof=line.proof,
        course=courses[person.agency, *line.course] if line.course else None,
        from_date=line.from_date,
        to_date=line.to_date,
        expires_date=line.expires,
        recorded_by=users["adviser"] if is_seen and person.agency == "LEI" else None,
    )


def _shortlist(jobs: dict[str, Job], candidates: dict[str, Candidate], adviser: User) -> None:
    """A few people already put forward, one of whom has said yes."""
    forklift_nights, kitchen, site = jobs["demo-02"], jobs["demo-22"], jobs["demo-09"]
    for job, key, said_yes, note in (
        (forklift_nights, "demo-leeds-02", False, "Licence in date, and nights suit him."),
        (kitchen, "demo-leeds-07", True, "Sixteen months in the main kitchen. The hotel asked to have him back."),
        (site, "demo-leeds-08", False, "Card in date. Lives two miles from the yard."),
    ):
        statuses = Application.Status
        application = Application.objects.create(
            job=job,
            candidate=candidates[key],
            status=statuses.ACCEPTED if said_yes else statuses.PUT_FORWARD,
            put_forward_by=adviser,
            note=note,
        )
        StatusChange.objects.create(application=application, to=statuses.PUT_FORWARD, by=adviser)
        if said_yes:
            StatusChange.objects.create(application=application, to=statuses.ACCEPTED, by=None)
