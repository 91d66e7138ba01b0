import pytest

from accounts.models import AgencyMember, Outcode
from tests.factories.accounts import AgencyFactory, AgencyMemberFactory, OutcodeFactory

pytestmark = pytest.mark.django_db


def test_advisers_are_advisers_and_managers_and_nobody_else():
    agency = AgencyFactory()
    members = {role: AgencyMemberFactory(agency=agency, role=role) for role in AgencyMember.Role}
    assert set(AgencyMember.objects.advisers()) == {
        members[AgencyMember.Role.ADVISER],
        members[AgencyMember.Role.MANAGER],
    }


def test_positions_are_latitude_and_longitude_by_code():
    OutcodeFactory(code="LS10")
    OutcodeFactory(code="CF10")
    assert Outcode.objects.positions() == {"LS10": (53.76162, -1.53123), "CF10": (51.47387, -3.17648)}
