from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employers.models import Employer, EmployerMember, Pledge
from tests.factories.accounts import OutcodeFactory, UserFactory


class EmployerFactory(DjangoModelFactory):
    """An employer without a pledge; `pledged=True` gives it an accepted one for a year."""

    class Meta:
        model = Employer
        skip_postgeneration_save = True

    class Params:
        pledged = factory.Trait(
            pledge=factory.RelatedFactory("tests.factories.employers.PledgeFactory", factory_related_name="employer")
        )

    name = factory.Sequence(lambda n: f"Aire Valley Stores {n}")
    slug = factory.Sequence(lambda n: f"aire-valley-stores-{n}")
    description = "We keep and send out food for shops."
    sector = Employer.Sector.LOGISTICS
    outcode = factory.SubFactory(OutcodeFactory)


class PledgeFactory(DjangoModelFactory):
    """Accepted, and good for most of a year; `submitted=True` is one that nobody has checked yet."""

    class Meta:
        model = Pledge

    class Params:
        submitted = factory.Trait(status=Pledge.Status.SUBMITTED, accepted_at=None, review_date=None)

    employer = factory.SubFactory(EmployerFactory)
    status = Pledge.Status.ACCEPTED
    records_asked = Pledge.Stage.AFTER_OFFER
    who_decides = "The head of people"
    signatory = "Sam Holroyd"
    submitted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=31))
    accepted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    review_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=335))


class EmployerMemberFactory(DjangoModelFactory):
    """The owner of an employer with a pledge."""

    class Meta:
        model = EmployerMember

    user = factory.SubFactory(UserFactory)
    employer = factory.SubFactory(EmployerFactory, pledged=True)
    role = EmployerMember.Role.OWNER
