import factory
from factory.django import DjangoModelFactory

from accounts.models import Agency, AgencyMember, Outcode, Prison, User

# Real districts with the positions of the reference file: two near each other, the others far.
POSITIONS = {
    "LS10": (53.76162, -1.53123, "Leeds", "Yorkshire and the Humber", "England"),
    "LS1": (53.79674, -1.54754, "Leeds", "Yorkshire and the Humber", "England"),
    "L9": (53.4612, -2.95201, "Liverpool", "North West England", "England"),
    "M1": (53.47734, -2.23508, "Manchester", "North West England", "England"),
    "B1": (52.47872, -1.90723, "Birmingham", "West Midlands", "England"),
    "CF10": (51.47387, -3.17648, "Cardiff", "Wales", "Wales"),
}
PASSWORD = "a-long-enough-pass-phrase"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@throughgate.example")
    first_name = "Robin"
    last_name = factory.Sequence(lambda n: f"Ashworth {n}")
    password = factory.django.Password(PASSWORD)


class OutcodeFactory(DjangoModelFactory):
    """LS10 unless another code of POSITIONS is given."""

    class Meta:
        model = Outcode
        django_get_or_create = ["code"]

    code = "LS10"
    latitude = factory.LazyAttribute(lambda outcode: POSITIONS[outcode.code][0])
    longitude = factory.LazyAttribute(lambda outcode: POSITIONS[outcode.code][1])
    town = factory.LazyAttribute(lambda outcode: POSITIONS[outcode.code][2])
    region = factory.LazyAttribute(lambda outcode: POSITIONS[outcode.code][3])
    country = factory.LazyAttribute(lambda outcode: POSITIONS[outcode.code][4])


class PrisonFactory(DjangoModelFactory):
    class Meta:
        model = Prison

    code = factory.Sequence(lambda n: f"P{n:03}I")
    name = factory.Sequence(lambda n: f"HMP Example {n}")
    types = "HMP"
    categories = "C"
    town = "Leeds"
    region = "Yorkshire and the Humber"
    outcode = factory.SubFactory(OutcodeFactory)


class AgencyFactory(DjangoModelFactory):
    """A prison's employment hub; `kind="CHARITY"` or another makes an agency without a prison."""

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Employment Hub {n}")
    kind = Agency.Kind.PRISON
    prison = factory.Maybe(
        factory.LazyAttribute(lambda agency: agency.kind == Agency.Kind.PRISON),
        yes_declaration=factory.SubFactory(PrisonFactory),
        no_declaration=None,
    )
    outcode = factory.SubFactory(OutcodeFactory)


class AgencyMemberFactory(DjangoModelFactory):
    """An employment adviser."""

    class Meta:
        model = AgencyMember

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role = AgencyMember.Role.ADVISER
