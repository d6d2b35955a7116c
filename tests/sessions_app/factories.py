"""Rows for tests: people, courses, sessions in each state, participants."""

import datetime as dt

import factory
from django.conf import settings
from django.utils import timezone

from sessions_app.enums import Purpose, Role, SessionState
from sessions_app.models import (
    ClassMinute,
    ClassSession,
    Consent,
    Course,
    Invitation,
    Mark,
    Participant,
    User,
)
from sessions_app.models.people import token_hash

PASSWORD = "chalk-and-cheese-42"  # every account's


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        admin = factory.Trait(role=Role.ADMIN)

    email = factory.Sequence("person{}@school.example".format)
    name = factory.Sequence("Person {}".format)
    password = factory.django.Password(PASSWORD)


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence("the-link-of-invitation-{}".format)

    email = factory.Sequence("invited{}@school.example".format)
    token_hash = factory.LazyAttribute(lambda invitation: token_hash(invitation.token))
    invited_by = factory.SubFactory(UserFactory, admin=True)


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course

    teacher = factory.SubFactory(UserFactory)
    title = factory.Sequence("Course {}".format)
    term = "Autumn"


class ClassSessionFactory(factory.django.DjangoModelFactory):
    """A draft; `live=True` and so on give the other states."""

    class Meta:
        model = ClassSession

    class Params:
        begun = factory.Trait(
            started_at=factory.LazyFunction(
                lambda: timezone.now() - dt.timedelta(minutes=5)
            )
        )
        over = factory.Trait(begun=True, ended_at=factory.LazyFunction(timezone.now))
        live = factory.Trait(begun=True, state=SessionState.LIVE)
        paused = factory.Trait(begun=True, state=SessionState.PAUSED)
        ending = factory.Trait(over=True, state=SessionState.ENDING)
        ended = factory.Trait(over=True, state=SessionState.ENDED)

    teacher = factory.SubFactory(UserFactory)
    title = factory.Sequence("Session {}".format)


class ParticipantFactory(factory.django.DjangoModelFactory):
    """Someone in a live session; `agreed=[Purpose.PULSE]` adds consents."""

    class Meta:
        model = Participant
        skip_postgeneration_save = True

    session = factory.SubFactory(ClassSessionFactory, live=True)

    @factory.post_generation
    def agreed(self, create, purposes):
        for purpose in purposes or []:
            ConsentFactory(participant=self, purpose=purpose)


class ConsentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Consent

    participant = factory.SubFactory(ParticipantFactory)
    purpose = Purpose.EXPRESSION
    text_version = factory.LazyFunction(lambda: settings.FER_CONSENT_VERSION)
    given = True


class MarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mark

    session = factory.SubFactory(ClassSessionFactory, live=True)
    at = factory.LazyAttribute(
        lambda mark: mark.session.started_at + dt.timedelta(seconds=30)
    )


class ClassMinuteFactory(factory.django.DjangoModelFactory):
    """A minute without numbers; `released=True` gives it some."""

    class Meta:
        model = ClassMinute

    class Params:
        released = factory.Trait(
            status="released",
            size=20,
            groups={"pleased": 0.35, "calm": 0.5, "strained": 0.15},
            groups_band={"pleased": 0.15, "calm": 0.2, "strained": 0.2},
            shares=[0.05, 0.0, 0.0, 0.3, 0.1, 0.05, 0.5],
            band=[0.1, 0.05, 0.05, 0.1, 0.15, 0.05, 0.2],
            valence=-0.25,
            valence_band=0.1,
            statement="most:calm",
            pulse_status="released",
            pulse_size=15,
            pulse={
                "lost": 0.1,
                "too_fast": 0.2,
                "ok": 0.5,
                "too_slow": 0.0,
                "no_answer": 0.2,
            },
            pulse_band={
                "lost": 0.1,
                "too_fast": 0.1,
                "ok": 0.15,
                "too_slow": 0.05,
                "no_answer": 0.1,
            },
            answers={"lost": 0.15, "too_fast": 0.25, "ok": 0.6, "too_slow": 0.0},
            answers_band={"lost": 0.1, "too_fast": 0.1, "ok": 0.15, "too_slow": 0.05},
            pulse_statement="most:ok",
            coverage="most",
            artefact="0123456789abcdef",
            estimator="posterior-1",
        )

    session = factory.SubFactory(ClassSessionFactory, ended=True)
    index = factory.Sequence(int)
    starts_at = factory.LazyAttribute(lambda m: m.session.minute_starts_at(m.index))
    status = "too_few"
    pulse_status = "too_few"
