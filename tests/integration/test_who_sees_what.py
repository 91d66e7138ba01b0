"""Every address of the site's own rooms, for every role: who gets it, and for whom it is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.accounts import AgencyMemberFactory, UserFactory
from tests.factories.candidates import ApplicationFactory, CandidateFactory, EvidenceFactory
from tests.factories.employers import EmployerMemberFactory
from tests.factories.jobs import JobFactory, RequirementFactory

pytestmark = pytest.mark.django_db

OWN_ROOMS = {"accounts", "employers", "jobs", "candidates", "support", "search", "cms", "health"}
ROLES = (
    "anonymous",
    "candidate",
    "other_candidate",
    "adviser",
    "other_adviser",
    "employer",
    "other_employer",
    "editor",
    "index_keeper",
)
EVERYBODY = dict.fromkeys(ROLES, 200)
SIGN_IN = {"anonymous": "sign-in"}


def only(*roles: str, status: int = 200) -> dict[str, int | str]:
    """The status for these roles; strangers are sent to sign in, and for all others the page does not exist."""
    return {**dict.fromkeys(ROLES, 404), **SIGN_IN, **dict.fromkeys(roles, status)}


@dataclass(frozen=True)
class Row:
    """`of`: what the address names, made from the world; `data`: what is posted, or None for a page that is read."""

    name: str
    expected: dict[str, int | str]
    of: Callable = lambda world: ()
    data: dict | None = None
    says: str = ""

    def __str__(self):
        return " ".join(filter(None, [self.name, "post" if self.data is not None else "", self.says]))


def open_job(world):
    return [world.job.slug]


def draft(world):
    return [world.draft.slug]


def person(world):
    return [world.candidate.reference]


def pair(world):
    return [world.job.slug, world.candidate.reference]


def draft_pair(world):
    return [world.draft.slug, world.candidate.reference]


def own_line(world):
    return [world.line.pk]


def their_line(world):
    return [world.candidate.reference, world.line.pk]


def own_job(world):
    return [world.job_before.pk]


def their_job(world):
    return [world.candidate.reference, world.job_before.pk]


ADVISERS, EMPLOYERS = ("adviser", "other_adviser"), ("employer", "other_employer")
SIGNED_IN = {**dict.fromkeys(ROLES, 302), **SIGN_IN}
FACTS = {"travel_miles": "9"}
MONTHS = {"from_date": "5/2021", "to_date": "6/2022"}
LINE = {"text": "Fork-lift driving", "kind": "skill", "proof": "told_us"}
NO_LINES = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}

ROWS = [
    Row("accounts:sign_in", {**dict.fromkeys(ROLES, 302), "anonymous": 200}),
    Row("accounts:sign_out", dict.fromkeys(ROLES, 302), data={}),
    Row("accounts:start", SIGNED_IN),
    Row("accounts:language", SIGNED_IN, data={"language": "en"}),
    Row("jobs:list", EVERYBODY),
    Row("jobs:detail", EVERYBODY, open_job),
    Row("jobs:detail", {**dict.fromkeys(ROLES, 404), "employer": 200}, draft, says="a draft"),
    Row("jobs:mine", only(*EMPLOYERS)),
    Row("jobs:edit", only("employer"), draft),
    Row("jobs:edit", only("employer"), draft, data={}),
    Row("jobs:publish", only("employer"), draft),
    Row("jobs:publish", only("employer", status=302), draft, data={}),
    Row("jobs:close", only("employer"), open_job),
    Row("jobs:close", only("employer", status=302), open_job, data={}),
    Row("search:post_job", only(*EMPLOYERS)),
    Row("search:post_job", only(*EMPLOYERS), data={}),
    Row("search:edit_lines", only("employer"), draft),
    Row("search:edit_lines", only("employer", status=302), draft, data=NO_LINES),
    Row("candidates:caseload", only(*ADVISERS)),
    Row("candidates:my_story", only("candidate", "other_candidate")),
    Row("candidates:my_story", only("candidate", "other_candidate", status=302), data=LINE),
    Row("candidates:my_facts", only("candidate", "other_candidate")),
    Row("candidates:my_facts", only("candidate", "other_candidate", status=302), data=FACTS),
    Row("candidates:remove_my_line", only("candidate"), own_line),
    Row("candidates:remove_my_line", only("candidate", status=302), own_line, data={}),
    Row("candidates:my_line_months", only("candidate"), own_job),
    Row("candidates:my_line_months", only("candidate", status=302), own_job, data=MONTHS),
    Row("candidates:my_line_months", only(), own_line, says="of a skill"),
    Row("candidates:detail", only("adviser"), person),
    Row("candidates:detail", only("adviser", status=302), person, data=LINE),
    Row("candidates:facts", only("adviser"), person),
    Row("candidates:facts", only("adviser", status=302), person, data=FACTS),
    Row("candidates:remove_line", only("adviser"), their_line),
    Row("candidates:remove_line", only("adviser", status=302), their_line, data={}),
    Row("candidates:line_months", only("adviser"), their_job),
    Row("candidates:line_months", only("adviser", status=302), their_job, data=MONTHS),
    Row("candidates:line_months", only(), their_line, says="of a skill"),
    Row("search:my_openings", only("candidate", "other_candidate")),
    Row("search:my_stopped", only("candidate", "other_candidate")),
    Row("search:answer", only("candidate", status=302), lambda world: [world.application.pk], data={"answer": "yes"}),
    Row("search:adviser_jobs", only(*ADVISERS)),
    Row("search:job_candidates", only(*ADVISERS), open_job),
    Row("search:job_candidates", only(), draft, says="a draft"),
    Row("search:job_stopped", only(*ADVISERS), open_job),
    Row("search:job_stopped", only(), draft, says="a draft"),
    Row("search:pair", only("adviser"), pair),
    Row("search:pair", only(), draft_pair, says="a draft"),
    Row("search:put_forward", only("adviser"), pair),
    Row("search:put_forward", only("adviser", status=302), pair, data={"note": "Has done it."}),
    Row("search:put_forward", only(), draft_pair, data={"note": "Has done it."}, says="a draft"),
    Row("search:take_off", only("adviser", status=302), pair, data={}),
    Row("search:candidate_jobs", only("adviser"), person),
    Row("search:index_health", only("index_keeper")),
    Row("search:index_retry", only("index_keeper", status=302), data={}),
    Row("cms:search", EVERYBODY),
    Row("health:live", EVERYBODY),
    Row("health:ready", EVERYBODY),
]


def names_of(patterns, namespace: str = "") -> set[str]:
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            found |= names_of(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and namespace.split(":")[0] in OWN_ROOMS:
            found.add(f"{namespace}:{pattern.name}")
    return found


def test_every_address_has_a_row_in_the_table():
    assert names_of(get_resolver().url_patterns) == {row.name for row in ROWS}


@pytest.fixture
def world():
    """One of each, and a stranger of each kind who must see nothing of it."""
    editors = Group.objects.get_or_create(name="Editors of the test")[0]
    editors.permissions.add(Permission.objects.get(codename="access_admin"))
    member, other_member = EmployerMemberFactory(), EmployerMemberFactory()
    adviser, other_adviser = AgencyMemberFactory(), AgencyMemberFactory()
    candidate = CandidateFactory(agency=adviser.agency)
    job = RequirementFactory(job=JobFactory(employer=member.employer), text="Picking orders").job
    editor = UserFactory()
    editor.groups.add(editors)
    index_keeper = UserFactory()
    index_keeper.user_permissions.add(Permission.objects.get(codename="change_indexchange"))
    return SimpleNamespace(
        job=job,
        draft=RequirementFactory(job=JobFactory(employer=member.employer, draft=True)).job,
        candidate=candidate,
        line=EvidenceFactory(candidate=candidate, text="Picking orders"),
        job_before=EvidenceFactory(candidate=candidate, text="Picker", kind="role"),
        application=ApplicationFactory(job=job, candidate=candidate),
        people={
            "anonymous": None,
            "candidate": candidate.user,
            "other_candidate": EvidenceFactory().candidate.user,
            "adviser": adviser.user,
            "other_adviser": other_adviser.user,
            "employer": member.user,
            "other_employer": other_member.user,
            "editor": editor,
            "index_keeper": index_keeper,
        },
    )


def status_for(user, url: str, data: dict | None) -> int | str:
    """What somebody gets; whatever they changed by it is undone."""
    client = Client()
    with transaction.atomic():
        if user:
            client.force_login(user)
        response = client.get(url) if data is None else client.post(url, data)
        transaction.set_rollback(True)
    sign_in = reverse("accounts:sign_in")
    if response.status_code == 302 and response.url.startswith(f"{sign_in}?"):
        return "sign-in"
    return response.status_code


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_sees_what(world, row):
    url = reverse(row.name, args=row.of(world))
    seen = {role: status_for(world.people[role], url, row.data) for role in ROLES}
    assert seen == row.expected


@pytest.mark.parametrize("name", ["search:my_openings", "search:adviser_jobs", "jobs:mine"])
def test_a_page_that_is_not_there_says_nothing_else(world, name):
    """The refusal of a page that exists reads like that of one that does not."""
    client = Client()
    client.force_login(world.people["editor"])
    refused, absent = client.get(reverse(name)), client.get("/adviser/nothing-like-this/")
    assert refused.status_code == absent.status_code == 404
    told = [re.search("<main.*</main>", str(page.content), re.DOTALL)[0] for page in (refused, absent)]
    assert told[0] == told[1]
