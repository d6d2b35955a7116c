"""A school in the platform's database that shows every page in every state.

Runs beside the platform's server, in its settings: `manage.py shell -c ...`.
"""

import datetime as dt
import json
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from inference.labels import GROUPS
from inference.mood import GROUPING
from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.claims import CLAIMS
from sessions_app.models import LogIn, ReplacedCode
from sessions_app.services import policy, tokens
from sessions_app.services.failed_log_ins import counted_under
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ConsentFactory,
    CourseFactory,
    InvitationFactory,
    ParticipantFactory,
    UserFactory,
)

WINDOW_S = 300  # the longest: the newest minute stays the newest while tests look at it
LOCKED = "locked@school.example"
LONG = "Photosynthesis, respiration and the carbon cycle in temperate forests"
SHARES = [  # a class that begins calm, brightens, and struggles towards the end
    [0.0, 0.0, 0.05, 0.2, 0.1, 0.05, 0.6],
    [0.0, 0.0, 0.0, 0.35, 0.05, 0.1, 0.5],
    [0.05, 0.0, 0.0, 0.55, 0.05, 0.05, 0.3],
    None,
    [0.05, 0.05, 0.05, 0.25, 0.25, 0.05, 0.3],
    [0.15, 0.05, 0.1, 0.05, 0.4, 0.05, 0.2],
]


def held(closed, **options):
    """A class in whose `closed` + 1st minute we are; no more of them will be closed."""
    began = timezone.now() - dt.timedelta(seconds=closed * WINDOW_S + 15)
    return ClassSessionFactory(
        window_s=WINDOW_S, started_at=began, closed_through=10_000, **options
    )


def many_lost(session):
    """Forty students, of whom many are lost; their faces look calm."""
    fine = {"lost": 0.1, "too_fast": 0.15, "ok": 0.7, "too_slow": 0.05}
    behind = {"lost": 0.4, "too_fast": 0.3, "ok": 0.25, "too_slow": 0.05}
    with_minutes(session, [SHARES[0]] * 6)
    for index, answers in enumerate([*[fine] * 5, behind]):
        said = {"no_answer": 0.15} | {k: round(0.85 * v, 2) for k, v in answers.items()}
        statement = "half:behind" if answers is behind else "most:ok"
        session.minutes.filter(index=index).update(
            size=40,
            pulse_size=40,
            pulse=said,
            answers=answers,
            answers_band=dict.fromkeys(answers, 0.1),
            pulse_statement=statement,
        )
    return session


def pulse_alone(session, statement="most:ok"):
    """A class without cameras."""
    for index in range(len(SHARES)):
        released = ClassMinuteFactory.build(session=session, released=True)
        pulse = {
            name: getattr(released, name)
            for name in ("pulse", "pulse_band", "pulse_size", "answers", "answers_band")
        }
        ClassMinuteFactory(
            session=session,
            index=index,
            status=MinuteStatus.OFF,
            pulse_status=MinuteStatus.RELEASED,
            pulse_statement=statement,
            **pulse,
        )
    return session


def hard_for_a_while(session):
    """Fifty minutes, calm for the most part; from the 42nd on many are lost."""
    with_minutes(session, [SHARES[0]] * 50)
    minutes = session.minutes
    minutes.update(pulse_statement="most:ok", statement="most:calm")
    minutes.filter(index__lt=19).update(
        status=MinuteStatus.TOO_FEW,
        pulse_status=MinuteStatus.TOO_FEW,
        **dict.fromkeys(["size", "groups", "groups_band", "shares", "band"]),
        **dict.fromkeys(["valence", "valence_band", "pulse", "pulse_band"]),
        **dict.fromkeys(["pulse_size", "answers", "answers_band"]),
        statement="",
        pulse_statement="",
    )
    lost = {"lost": 0.45, "too_fast": 0.15, "ok": 0.35, "too_slow": 0.05}
    minutes.filter(index__range=(42, 47)).update(
        answers=lost,
        pulse={name: round(0.8 * share, 2) for name, share in lost.items()}
        | {"no_answer": 0.2},
        pulse_statement="third:lost",
    )
    return session


def fifteen(session):
    """A small class: three groups, and nothing that stands out."""
    with_minutes(session)
    session.minutes.filter(status=MinuteStatus.RELEASED).update(
        size=15, shares=None, band=None, statement="", pulse_statement=""
    )
    return session


def with_minutes(session, every=SHARES):
    for index, shares in enumerate(every):
        if shares is None:
            ClassMinuteFactory(session=session, index=index)
        else:
            groups = (GROUPING @ shares).round(2).tolist()
            ClassMinuteFactory(
                session=session,
                index=index,
                released=True,
                shares=shares,
                groups=dict(zip(GROUPS, groups, strict=True)),
                statement=next(
                    (str(c) for c in CLAIMS if c.holds(GROUPING @ shares)), ""
                ),
            )
    return session


def interrupted(session):
    ClassMinuteFactory(session=session, index=0, status=MinuteStatus.INTERRUPTED)
    return session


def resumed(session):
    paused = MinuteStatus.PAUSED
    last = len(SHARES)
    ClassMinuteFactory(session=session, index=last, status=paused, pulse_status=paused)
    return session


def classes(teacher, course):
    own = {"teacher": teacher}
    n = len(SHARES)
    live = {"live": True, **own}
    over = {"ended": True, **own}
    return {
        "draft": ClassSessionFactory(title="Plate tectonics", **own),
        "waiting": held(0, title="Waiting room", **live),
        "numbers": with_minutes(held(n, title=LONG, course=course, **live)),
        "too_few": with_minutes(held(1, title="A small group", **live), [None]),
        "interrupted": interrupted(held(1, title="A power cut", **live)),
        "resumed": resumed(with_minutes(held(n + 1, title="After a break", **live))),
        "paused": with_minutes(held(n, title="A break", paused=True, **own)),
        "paused_empty": held(0, title="An early break", paused=True, **own),
        "pulse_only": pulse_alone(
            held(n, title="Without cameras", expression_on=False, **live)
        ),
        "many_lost": many_lost(held(n, title="Integration by parts", **live)),
        "fifteen": fifteen(held(n, title="Fifteen of us", **live)),
        "ending": held(  # its end lies ahead, so that no ticker finishes it
            n,
            title="Nearly over",
            state="ending",
            ended_at=timezone.now() + dt.timedelta(hours=1),
            **own,
        ),
        "signed_in": held(0, title="Exam revision", signed_in_only=True, **live),
        "ended": with_minutes(held(n, title="Cell division", course=course, **over)),
        "summed_up": hard_for_a_while(
            ClassSessionFactory(
                title="Partial fractions",
                started_at=timezone.now() - dt.timedelta(minutes=51),
                closed_through=49,
                note="Begin with simple fractions next time; leave out the proof.",
                **over,
            )
        ),
        "ended_empty": held(n, title="Nobody shared", **over),
        "hostile": with_minutes(
            held(1, title="=1+1 <b>Hostile</b> é title", **over), SHARES[:1]
        ),
    }


def lasting_links(teacher, closed):
    """Codes of courses, by what a student meets who follows their link."""
    planned, busy = (
        CourseFactory(teacher=teacher, title=title) for title in ("Genetics", "Ecology")
    )
    tomorrow = timezone.now() + dt.timedelta(days=1)
    ClassSessionFactory(
        teacher=teacher, course=planned, title="Chromosomes", planned_at=tomorrow
    )
    with_minutes(
        held(len(SHARES), teacher=teacher, course=planned, title="Alleles", ended=True)
    )
    for title in ("Group A", "Group B"):
        held(0, teacher=teacher, course=busy, title=title, live=True)
    replaced = ReplacedCode.objects.create(code="OLDCODE2", course=planned)
    return {
        "planned_course": [planned.pk],
        "code:planned_course": [planned.join_code],
        "code:busy_course": [busy.join_code],
        "code:orphan_course": [CourseFactory(teacher=closed).join_code],
        "code:replaced": [replaced.code],
    }


def participants(session_of):
    """Browsers of students, by what they meet."""
    both = [Purpose.EXPRESSION, Purpose.PULSE]

    def student(place, agreed, **options):
        return ParticipantFactory(session=session_of[place], agreed=agreed, **options)

    been_here = student("ended", [Purpose.EXPRESSION])
    ConsentFactory(participant=been_here, purpose=Purpose.PULSE, given=False)
    asked_anew = student("numbers", [])
    ConsentFactory(participant=asked_anew, text_version="2020-01")
    return {
        "student": student("numbers", both, display_name="Eve"),
        "early_student": student("draft", both),
        "camera_student": student("waiting", both),
        "denied_student": student("too_few", both),
        "pulse_student": student("resumed", [Purpose.PULSE]),
        "no_camera_student": student("pulse_only", [Purpose.PULSE]),
        "resting_student": student("paused", both),
        "late_student": student("ended", both),
        "asked_student": asked_anew,
        "returning_student": been_here,
        "leaving_student": student("resumed", both),
    }


DEVICES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36",
)


def other_devices(user):
    """Log-ins on a phone and at school, and two tokens."""
    for agent in DEVICES:
        LogIn(
            session_key=f"{user.pk}-{agent[13:19]}",
            user=user,
            device=agent,
            expire_date=timezone.now() + dt.timedelta(hours=3),
            used_at=timezone.now() - dt.timedelta(minutes=50),
        ).save()
    for name, scope in (("Timetable of the school", "write"), ("Report", "read")):
        tokens.issue(user=user, name=name, scope=scope, lasts=dt.timedelta(90))


def staff_cookie(user):
    """Logged in, without the seconds that a password's hash takes."""
    browser = Client()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return {"sessionid": browser.cookies["sessionid"].value}


def stage(path):
    """Write JSON: `cookies` by visitor, `places` (a URL's arguments), pages of `errors`."""
    teacher = UserFactory(email="mendel@school.example", name="Gregor Mendel")
    newcomer = UserFactory(email="new@school.example", name="New Here")
    admin = UserFactory(email="head@school.example", name="Ada Head", admin=True)
    policy.change(by=admin, demo_page_on=True)
    AccessAttempt.objects.create(
        username=counted_under(None, {"username": LOCKED}),
        ip_address="127.0.0.1",
        failures_since_start=settings.AXES_FAILURE_LIMIT,
    )
    course = CourseFactory(teacher=teacher, title="Biology, year 9", term="Autumn")
    empty_course = CourseFactory(teacher=teacher, title="Botany", term="Spring")
    for i in range(22):
        ClassSessionFactory(
            teacher=teacher, course=course, ended=True, title=f"Lesson {i + 1}"
        )
    InvitationFactory(invited_by=admin, token="welcome")
    closed = UserFactory(email="old@school.example", name="Old Hand", is_active=False)
    other_devices(teacher)
    sessions = classes(teacher, course)
    students = participants(sessions)
    places = {name: [str(s.pk)] for name, s in sessions.items()}
    places |= {f"code:{name}": [s.join_code] for name, s in sessions.items()}
    places |= lasting_links(teacher, closed)
    places |= {
        "course": [empty_course.pk],
        "full_course": [course.pk],
        "code:course": [empty_course.join_code],
        "invitation": ["welcome"],
        "old_invitation": ["no-such-token"],
        "reset": [
            urlsafe_base64_encode(force_bytes(newcomer.pk)),
            default_token_generator.make_token(newcomer),
        ],
        "old_reset": ["MQ", "no-such-token"],
        "user": [teacher.pk],
        "admin": [admin.pk],
        "closed": [closed.pk],
        "minute": [sessions["ended"].minutes.first().pk],
        "policy": [1],
    }
    cookies = {
        "teacher": staff_cookie(teacher),
        "newcomer": staff_cookie(newcomer),
        "admin": staff_cookie(admin),
    }
    cookies |= {
        name: {participant_cookie.old_name(p.session): participant_cookie.signed(p)}
        for name, p in students.items()
    }
    errors = {status: render_to_string(f"{status}.html") for status in ("400", "500")}
    school = {"cookies": cookies, "places": places, "errors": errors}
    Path(path).write_text(json.dumps(school))
