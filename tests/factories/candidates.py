from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from candidates.models import Application, Candidate, Evidence
from jobs.vocabularies import Sector
from tests.factories.accounts import AgencyFactory, OutcodeFactory, UserFactory
from tests.factories.jobs import JobFactory


class CandidateFactory(DjangoModelFactory):
    """In prison, supported by its hub, released to employers, free to start next week, with a sign-in of their own."""

    class Meta:
        model = Candidate

    user = factory.SubFactory(UserFactory)
    first_name = "Dylan"
    last_name = factory.Sequence(lambda n: f"Okafor {n}")
    agency = factory.SubFactory(AgencyFactory)
    prison = factory.LazyAttribute(lambda candidate: candidate.agency and candidate.agency.prison)
    home_outcode = factory.SubFactory(OutcodeFactory)
    travel_miles = 20
    available_from = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    released_to_employers_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    work_interests = factory.LazyFunction(lambda: [Sector.WAREHOUSING.value])


class EvidenceFactory(DjangoModelFactory):
    """A skill that the person told us of; `credentials=[...]` are the cards and licences that the line shows."""

    class Meta:
        model = Evidence
        skip_postgeneration_save = True

    candidate = factory.SubFactory(CandidateFactory)
    text = factory.Sequence(lambda n: f"Picking and packing orders {n}")
    kind = Evidence.Kind.SKILL
    proof = Evidence.Proof.TOLD_US

    @factory.post_generation
    def credentials(self, create, extracted, **kwargs):
        if create and extracted:
            self.credentials.set(extracted)


class ApplicationFactory(DjangoModelFactory):
    """An adviser of some agency put the person forward; it waits for their yes."""

    class Meta:
        model = Application

    job = factory.SubFactory(JobFactory)
    candidate = factory.SubFactory(CandidateFactory)
    put_forward_by = factory.SubFactory(UserFactory)
    note = "Has done this work for a year."
