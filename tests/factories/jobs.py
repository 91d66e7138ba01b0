from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from jobs.models import Academy, Course, Credential, Job, Requirement
from jobs.vocabularies import Sector
from tests.factories.accounts import OutcodeFactory, PrisonFactory
from tests.factories.employers import EmployerFactory


class CredentialFactory(DjangoModelFactory):
    """A made-up ticket; `implies=[...]` names what holding it covers as well."""

    class Meta:
        model = Credential
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"ticket-{n}")
    name = factory.Sequence(lambda n: f"Ticket {n}")
    kind = Credential.Kind.CARD
    source = "Made up for a test"

    @factory.post_generation
    def implies(self, create, extracted, **kwargs):
        if create and extracted:
            self.implies.set(extracted)


class JobFactory(DjangoModelFactory):
    """Published yesterday by an employer with a pledge, open for a month; `draft=True` is not published."""

    class Meta:
        model = Job

    class Params:
        draft = factory.Trait(status=Job.Status.DRAFT, published_at=None)

    employer = factory.SubFactory(EmployerFactory, pledged=True)
    title = "Warehouse operative"
    advert_text = "You will pick orders and load lorries. You need to be able to lift 15 kg."
    status = Job.Status.PUBLISHED
    sector = Sector.WAREHOUSING
    outcode = factory.SubFactory(OutcodeFactory)
    town = "Leeds"
    pay_from_pence = 1_250
    pay_to_pence = 1_350
    closing_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class RequirementFactory(DjangoModelFactory):
    """An essential line; `credentials=[...]` are those of which any one meets it."""

    class Meta:
        model = Requirement
        skip_postgeneration_save = True

    job = factory.SubFactory(JobFactory)
    position = factory.LazyAttribute(lambda line: line.job.requirements.count() + 1)
    text = factory.Sequence(lambda n: f"Pick and pack orders {n}")
    kind = Requirement.Kind.TASK

    @factory.post_generation
    def credentials(self, create, extracted, **kwargs):
        if create and extracted:
            self.credentials.set(extracted)


class AcademyFactory(DjangoModelFactory):
    class Meta:
        model = Academy

    name = factory.Sequence(lambda n: f"Warehousing academy {n}")
    prison = factory.SubFactory(PrisonFactory)


class CourseFactory(DjangoModelFactory):
    """Starts in two weeks."""

    class Meta:
        model = Course

    academy = factory.SubFactory(AcademyFactory)
    title = factory.Sequence(lambda n: f"Storing and moving goods {n}")
    level = "Level 2"
    length_days = 10
    next_start_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))
    places = 8
