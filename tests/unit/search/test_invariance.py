"""Who somebody is changes no score: name, sex, age, faith, health, prison, home town, offence, the order of lines.

People are generated as rows of the database, in pairs that differ in nothing but that.
"""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candidates.models import Candidate, Evidence
from search.documents import JobDocument, Requirement, candidate_document
from search.indexing import candidate_facts
from search.matching import candidate_side, explain, job_side, score_all, together
from tests.factories.accounts import OutcodeFactory, PrisonFactory
from tests.factories.candidates import CandidateFactory, EvidenceFactory
from tests.fake_encoder import FakeEncoder

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
JOB = JobDocument(
    "1",
    "Warehouse team leader",
    (
        Requirement("Load and unload lorries"),
        Requirement("Keep the stores clean"),
        Requirement("At least 2 years' experience of loading lorries"),
        Requirement("You must be 18 or over"),
        Requirement("A counterbalance licence", "credential", credentials=frozenset({"forklift-counterbalance"})),
    ),
)
WORK = (
    "I laid bricks",
    "I cleaned the kitchens",
    "I loaded lorries",
    "I led a team of six in the stores",
    "I painted walls",
    "I drove a fork-lift",
)
FACTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from([("Mohammed", "Ali"), ("Sarah", "Jones"), ("Łukasz", "Nowak"), ("Ifan", "Ap Rhys")]),
        "age": st.integers(18, 80),
        "sex": st.sampled_from(["man", "woman"]),
        "faith": st.sampled_from(["Muslim", "Catholic", "Jewish", "Sikh"]),
        "health": st.sampled_from(["depression", "epilepsy", "ADHD"]),
        "prison": st.sampled_from(["Leeds", "Styal", "Berwyn", "Wakefield"]),
        "offence": st.sampled_from(["robbery", "burglary", "fraud", "assault"]),
        "order": st.randoms(use_true_random=False),
    }
)
SAID = (
    "{work} at HMP {prison}.",
    "I am {age} years old. {work}.",
    "I am a {sex}. {work}.",
    "I am {faith}. {work}.",
    "I have {health}. {work}.",
    "{work}. I was convicted of {offence}.",
    "{work}.",
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(WORK),
        st.sampled_from(SAID),
        st.sampled_from([Evidence.Kind.SKILL, Evidence.Kind.ROLE, Evidence.Kind.PLACEMENT]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda line: (line[0], line[2]),
)
A_FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)


def person(lines, facts, home) -> Candidate:
    first, last = facts["name"]
    prison = PrisonFactory(name=f"HMP {facts['prison']}")
    row = CandidateFactory(first_name=first, last_name=last, prison=prison, home_outcode=home, available_from=TODAY)
    for work, said, kind in facts["order"].sample(lines, len(lines)):
        EvidenceFactory(candidate=row, text=said.format(work=work, **facts), kind=kind)
    return Candidate.objects.for_matching().get(pk=row.pk)


def numbers(row):
    document = candidate_document(row, TODAY)
    vectors = FakeEncoder().encode(document.phrases())
    job_vectors = FakeEncoder().encode(JOB.phrases())
    side = candidate_side(document, vectors)
    score = float(score_all(job_side(JOB, job_vectors), together([side]))[0])
    bands = [(reason.band, reason.shown_months) for reason in explain(JOB, job_vectors, document, vectors)]
    return score, bands, document


@A_FEW
@given(lines=LINES, one=FACTS, other=FACTS)
def test_who_somebody_is_changes_no_score_and_no_reason(lines, one, other):
    north, south = OutcodeFactory(latitude=53.9, longitude=-1.5), OutcodeFactory(latitude=53.7, longitude=-1.5)
    score, bands, document = numbers(person(lines, one, north))
    other_score, other_bands, other_document = numbers(person(lines, other, south))
    assert score == pytest.approx(other_score, abs=1e-6)
    assert bands == other_bands
    assert sorted(document.phrases()) == sorted(other_document.phrases())


@A_FEW
@given(lines=LINES, facts=FACTS)
def test_nothing_of_who_somebody_is_enters_the_index(lines, facts):
    row = person(lines, facts, OutcodeFactory())
    document = candidate_document(row, TODAY)
    keywords = {name: values for name, values in candidate_facts(document).keywords.items() if name != "agency"}
    written = f"{document.phrases()} {keywords}".casefold()
    for name in ("age", "faith", "health", "prison", "offence"):
        assert str(facts[name]).casefold() not in written
    assert not any(name.casefold() in written for name in facts["name"])
    assert np.isfinite(FakeEncoder().encode(document.phrases())).all()
