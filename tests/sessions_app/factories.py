"""Rows for tests: people, courses, sessions in each state, participants."""

import datetime as dt

import factory
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from sessions_app.enums import DeliveryState, Purpose, Role, SessionState
from sessions_app.forms.join import what_is_read
from sessions_app.models import (
    ClassMinute,
    ClassSession,
    Consent,
    CoTeacher,
    Course,
    Invitation,
    LtiLaunch,
    LtiLink,
    LtiPlatform,
    Mark,
    OutgoingMail,
    Participant,
    Question,
    Report,
    ReportPdf,
    User,
    Webhook,
    WebhookCall,
)
from sessions_app.models.people import token_hash

PASSWORD = "chalk-and-cheese-42"  # every account's


def as_read(session):
    """What a page that asks a student says of its text, as it is sent back."""
    with override(settings.LANGUAGE_CODE):
        return {"read": what_is_read(ClassSession.objects.get(pk=session.pk))}


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


class OutgoingMailFactory(factory.django.DjangoModelFactory):
    """A mail that waits; `given_up=True` one that was given up."""

    class Meta:
        model = OutgoingMail

    class Params:
        given_up = factory.Trait(
            state=DeliveryState.GIVEN_UP,
            tries=9,
            last_error="The mail server's name mail.school.example is unknown.",
            done_at=factory.LazyFunction(timezone.now),
        )

    kind = "test"
    recipient = factory.Sequence("reader{}@school.example".format)
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(hours=1))


class WebhookFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Webhook

    url = "https://hooks.example/classmood"
    events = ["session.ended"]
    created_by = factory.SubFactory(UserFactory, admin=True)


class WebhookCallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WebhookCall

    webhook = factory.SubFactory(WebhookFactory)
    event = "session.ended"
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=2))


class LtiPlatformFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LtiPlatform

    name = "Moodle"
    issuer = factory.Sequence("https://lms{}.school.example".format)
    client_id = "9"
    auth_url = factory.LazyAttribute(lambda platform: f"{platform.issuer}/auth")
    jwks_url = factory.LazyAttribute(lambda platform: f"{platform.issuer}/keys")
    deployments = ["4"]
    pages = factory.LazyAttribute(lambda platform: [platform.issuer])
    created_by = factory.SubFactory(UserFactory, admin=True)


class LtiLaunchFactory(factory.django.DjangoModelFactory):
    """One of a student; its ticket opens a course."""

    class Meta:
        model = LtiLaunch

    class Params:
        ticket = factory.Sequence("the-ticket-{}".format)
        course = factory.SubFactory("tests.sessions_app.factories.CourseFactory")

    nonce_hash = factory.Sequence("nonce-{}".format)
    platform = factory.SubFactory(LtiPlatformFactory)
    ticket_hash = factory.LazyAttribute(lambda launch: token_hash(launch.ticket))
    about = factory.LazyAttribute(
        lambda launch: {
            "who": "student",
            "of": [
                launch.platform.issuer,
                launch.platform.client_id,
                launch.platform.jwks_url,
            ],
            "deployment": launch.platform.deployments[0],
            "course": launch.course.pk,
            "code": launch.course.join_code,
            "mark": "a mark",
            "name": "",
        }
    )


class LtiLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LtiLink

    class Params:
        token = factory.Sequence("the-link-{}".format)

    token_hash = factory.LazyAttribute(lambda link: token_hash(link.token))
    created_by = factory.SubFactory(UserFactory, admin=True)


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course

    teacher = factory.SubFactory(UserFactory)
    title = factory.Sequence("Course {}".format)
    term = "Autumn"


class CoTeacherFactory(factory.django.DjangoModelFactory):
    """A colleague who may only see; `may_run` and `may_delete` give more."""

    class Meta:
        model = CoTeacher

    course = factory.SubFactory(CourseFactory)
    user = factory.SubFactory(UserFactory)


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
    students_see = factory.SelfAttribute("participant.session.students_see")
    given = True
    decided_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(minutes=30))


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    session = factory.SubFactory(ClassSessionFactory, ended=True)
    at = factory.LazyAttribute(lambda question: question.session.started_at)
    words = "What happened?"


class MarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mark

    session = factory.SubFactory(ClassSessionFactory, live=True)
    at = factory.LazyAttribute(
        lambda mark: mark.session.started_at + dt.timedelta(seconds=30)
    )


class ReportFactory(factory.django.DjangoModelFactory):
    """One that waits, of a lesson that has ended; `ready=True` has a file."""

    class Meta:
        model = Report
        skip_postgeneration_save = True

    class Params:
        ready = factory.Trait(
            state="ready",
            made_at=factory.LazyFunction(timezone.now),
            announced_at=factory.LazyFunction(timezone.now),
            pdf=factory.RelatedFactory(
                "tests.sessions_app.factories.ReportPdfFactory", "report"
            ),
        )

    session = factory.SubFactory(ClassSessionFactory, ended=True)
    time_zone = "UTC"


class ReportPdfFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportPdf

    content = b"%PDF-1.7 a report"


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
            groups_alone=factory.SelfAttribute("groups"),
            groups_alone_band=factory.SelfAttribute("groups_band"),
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


def with_an_alert(session):
    """Six calm minutes, then three in which half the class looks strained: `expression-8`."""
    for index in range(9):
        strained = 0.5 if index >= 6 else 0.1
        ClassMinuteFactory(
            session=session,
            index=index,
            released=True,
            groups={"pleased": 0.1, "calm": 0.9 - strained, "strained": strained},
            groups_band={"pleased": 0.1, "calm": 0.15, "strained": 0.15},
        )
    session.closed_through = 8
    session.save(update_fields=["closed_through"])
    return session
