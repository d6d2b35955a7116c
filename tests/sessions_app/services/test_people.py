import pytest
import time_machine

from sessions_app.enums import Role
from sessions_app.models import Invitation, User
from sessions_app.services import people
from sessions_app.services.people import InvitationOver
from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


def accept(invitation):
    return people.accept_invitation(
        token=invitation.token, name="Dora", password=PASSWORD
    )


def test_a_second_invitation_replaces_the_first(boss):
    first = people.invite(email="dora@school.example", role="teacher", invited_by=boss)

    people.invite(email="Dora@School.example", role="admin", invited_by=boss)

    assert Invitation.objects.get().role == Role.ADMIN
    with pytest.raises(InvitationOver):
        accept(first)


def test_an_accepted_invitation_becomes_an_account_with_its_role(boss):
    invitation = people.invite(email="D@school.example", role="admin", invited_by=boss)

    user = accept(invitation)

    assert (user.email, user.name, user.role) == ("d@school.example", "Dora", "admin")
    assert user.check_password(PASSWORD)


def test_an_invitation_is_accepted_once():
    invitation = InvitationFactory()
    accept(invitation)

    with pytest.raises(InvitationOver):
        accept(invitation)


def test_an_invitation_lasts_two_weeks():
    with time_machine.travel("2026-11-01"):
        invitation = InvitationFactory()

    with time_machine.travel("2026-11-16"), pytest.raises(InvitationOver):
        accept(invitation)


def test_an_invitation_to_someone_who_has_an_account_is_over():
    invitation = InvitationFactory(email=UserFactory().email.upper())

    with pytest.raises(InvitationOver):
        accept(invitation)

    assert User.objects.filter(name="Dora").count() == 0


def test_the_mail_carries_the_link_to_the_invited_alone(boss, mailoutbox):
    invitation = InvitationFactory(invited_by=boss)

    people.send_invitation(invitation=invitation, link="https://x.example/welcome/t/")

    [mail] = mailoutbox
    assert mail.to == [invitation.email]
    assert "Charlie invites you" in mail.body
    assert "https://x.example/welcome/t/" in mail.body
