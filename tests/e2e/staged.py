"""A school in the platform's database that shows every page in every state.

Runs beside the platform's server, in its settings: `manage.py shell -c ...`.
"""

import datetime as dt
import json
from pathlib import Path
from uuid import uuid4

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from inference.labels import GROUPS
from inference.mood import GROUPING
from sessions_app.enums import MinuteStatus, Purpose, SessionState
from sessions_app.minutes.claims import CLAIMS
from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassSession, LogIn, ReplacedCode, Report
from sessions_app.models.session_store import SessionStore
from sessions_app.services import passkeys, plans, policy, second_factor, tokens
from sessions_app.services.failed_log_ins import counted_under
from sessions_app.web import half_log_in, participant_cookie
from tests.authenticator_app import code_now
from tests.e2e.known_classes import BEFORE, CHANGED, CHANGES_IN, KNOWN, close_all
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    ConsentFactory,
    CoTeacherFactory,
    CourseFactory,
    InvitationFactory,
    LtiLaunchFactory,
    LtiLinkFactory,
    MarkFactory,
    OutgoingMailFactory,
    ParticipantFactory,
    QuestionFactory,
    UserFactory,
    WebhookCallFactory,
    WebhookFactory,
)
from tests.soft_passkey import SoftPasskey

WINDOW_S = 300  # the longest: the newest minute stays the newest while tests look at it
LOCKED = "locked@school.example"
OWN_WORDS = [
    {"words": "Please explain that again", "tap": "lost"},
    {"words": "No idea", "tap": "lost"},
    {"words": "Slow down", "tap": "too_fast"},
    {"words": "Got it", "tap": "ok"},
    {"words": "Next, please", "tap": "too_slow"},
]
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
        **dict.fromkeys(
            [
                "size",
                "groups",
                "groups_band",
                "groups_alone",
                "groups_alone_band",
                "shares",
                "band",
            ]
        ),
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


def with_topics(session, agenda=(), **minutes):
    """Topics by the minutes in which they began, and names of some to come."""
    session.agenda = list(agenda)
    session.save(update_fields=["agenda"])
    for word, minute in minutes.items():
        MarkFactory(
            session=session,
            kind="topic",
            word=word.replace("_", " "),
            at=session.minute_starts_at(minute) + dt.timedelta(seconds=5),
        )
    return session


def replied(session, **minutes):
    """What its teacher replied to the class, by the minutes that it is about."""
    for word, minute in minutes.items():
        at = session.minute_starts_at(minute) + dt.timedelta(seconds=9)
        MarkFactory(session=session, kind="reply", word=word.replace("_", " "), at=at)
    return session


def questioned(session):
    """Its teacher has asked about the hardest minute, and three have answered."""
    said = (
        "I lost the thread at the spindle",
        "Could not read the small labels",
        "I was still writing down the phases of mitosis when the next slide came",
    )
    shown = [{"id": str(uuid4()), "text": text} for text in said]
    at = session.minute_starts_at(5)
    QuestionFactory(session=session, at=at, shown=shown)
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


def lessons_before(teacher, course):
    """Eight weeks of a course that gets harder, with a note in the middle."""
    for week in range(8):
        began = timezone.now() - dt.timedelta(days=7 * (8 - week), hours=2)
        lesson = ClassSessionFactory(
            teacher=teacher,
            course=course,
            ended=True,
            title=f"Genetics {week + 1}",
            started_at=began,
            ended_at=began + dt.timedelta(minutes=45),
            note="Crossing over took twice as long." if week == 5 else "",
        )
        pleased, calm = [0.05, 0.0, 0.0, 0.5, 0.05, 0.1, 0.3], SHARES[0]
        every = [pleased] * (16 - 2 * week) + [calm] * (2 + 2 * week)
        with_minutes(lesson, every)
        lost = 0.05 * week
        lesson.minutes.update(
            answers={"lost": lost, "too_fast": 0.1, "ok": 0.9 - lost, "too_slow": 0.0},
            pulse_size=25,
        )
    keep(course.class_sessions.filter(state="ended"))


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
    worded = CourseFactory(teacher=teacher, title="Maths", pulse_choices=OWN_WORDS)
    return {
        "draft": ClassSessionFactory(
            title="Plate tectonics", agenda=["Faults", "Volcanoes", "Quakes"], **own
        ),
        "draft_in_course": ClassSessionFactory(
            title="Mosses and ferns", course=course, **own
        ),
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
        "own_words": many_lost(
            held(n, title="Vectors", course=worded, pulse_choices=OWN_WORDS, **live)
        ),
        "fifteen": replied(
            fifteen(held(n, title="Fifteen of us", students_see=True, **live)),
            You_said_too_fast_so_I_went_back_to_slide_4=5,
        ),
        "ending": held(  # its end lies ahead, so that no ticker finishes it
            n,
            title="Nearly over",
            state="ending",
            ended_at=timezone.now() + dt.timedelta(hours=1),
            **own,
        ),
        "signed_in": held(0, title="Exam revision", signed_in_only=True, **live),
        "ended": questioned(
            with_minutes(held(n, title="Cell division", course=course, **over))
        ),
        "summed_up": with_topics(
            hard_for_a_while(
                ClassSessionFactory(
                    title="Partial fractions",
                    started_at=timezone.now() - dt.timedelta(minutes=51),
                    closed_through=49,
                    note="Begin with simple fractions next time; leave out the proof.",
                    recording_url="https://bbb.school.example/playback/presentation/2.3/a",
                    recording_offset_s=95,
                    students_see=True,
                    **over,
                )
            ),
            agenda=["Homework"],
            Revision=0,
            Simple_fractions=19,
            A_proof=32,
            Integrating_them=42,
        ),
        **known_classes(own),
        **changing_classes(own),
        "ended_empty": held(n, title="Nobody shared", **over),
        "hostile": with_minutes(
            held(1, title="=1+1 <b>Hostile</b> é title", **over), SHARES[:1]
        ),
    }


def known_classes(own):
    """Lessons of classes that are known, through the real release (known_classes.py)."""
    over = ClassSessionFactory(
        ended=True,
        started_at=timezone.now() - dt.timedelta(minutes=21),
        title="Known and over",
        **own,
    )
    live = {
        name: held(
            len(SHARES),
            live=True,
            title=f"{known.students} students",
            expression_on=name != "known_pulse",
            **own,
        )
        for name, known in KNOWN.items()
        if name != "known_ended"
    }
    for name, session in live.items():
        paused_in = len(SHARES) - 1 if name == "known_resumed" else None
        close_all(session, KNOWN[name], len(SHARES), paused_in=paused_in)
    return live | {"known_ended": close_all(over, KNOWN["known_ended"], 20)}


def changing_classes(own):
    """Lessons in whose newest minute a change of the class has held, and one that is over."""
    minutes = CHANGES_IN + 3
    lessons = {
        name: held(minutes, live=True, title=name.replace("_", " ").title(), **own)
        for name in CHANGED
    }
    for name, lesson in lessons.items():
        close_all(lesson, BEFORE, minutes, then=CHANGED[name])
    over = ClassSessionFactory(
        ended=True,
        started_at=timezone.now() - dt.timedelta(minutes=15),
        title="Lost towards the end",
        **own,
    )
    return lessons | {
        "change_over": close_all(over, BEFORE, 14, then=CHANGED["got_lost"])
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


def nights(path, *began):
    """Lessons of half an hour that began at these moments; write `cookie` and `places`."""
    teacher = UserFactory(email="night@school.example", name="Night Owl")
    lessons = [
        with_minutes(
            ClassSessionFactory(
                title="Stars",
                teacher=teacher,
                ended=True,
                window_s=WINDOW_S,
                started_at=start,
                ended_at=start + dt.timedelta(seconds=len(SHARES) * WINDOW_S),
                closed_through=len(SHARES) - 1,
            )
        )
        for start in map(dt.datetime.fromisoformat, began)
    ]
    places = [str(lesson.pk) for lesson in lessons]
    Path(path).write_text(
        json.dumps({"cookie": staff_cookie(teacher), "places": places})
    )


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
        "worded_student": student("own_words", [Purpose.PULSE]),
        "no_camera_student": student("pulse_only", [Purpose.PULSE]),
        "resting_student": student("paused", both),
        "late_student": student("ended", both),
        "seeing_student": student("fifteen", both),
        "looking_back_student": student("summed_up", both),
        "finished_student": student("ended", both),
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


def half_way_cookie(user):
    """Of somebody with an app and a passkey, who has given the right password and neither."""
    secret = second_factor.new_secret()
    second_factor.turn_on(user=user, secret=secret, code=code_now(secret), first=True)
    asked, kept = passkeys.question_for_new(user, "localhost")
    answer = SoftPasskey("localhost", "http://localhost").made_for(asked)
    passkeys.add(
        user=user,
        name="Blue key",
        answer=answer,
        kept=kept,
        host="localhost",
        first=False,
    )
    request = HttpRequest()
    request.session = SessionStore()
    half_log_in.begin(request, user, "/")
    request.session.save()
    return {"sessionid": request.session.session_key}


def mails():
    """One of each state; the one that waits was refused a minute ago."""
    now = timezone.now()
    OutgoingMailFactory(
        kind="invitation",
        recipient="franklin@school.example",
        given_up=True,
        created_at=now - dt.timedelta(days=3),
        last_error="The mail server does not accept this e-mail: 550 no such user.",
    )
    OutgoingMailFactory(
        kind="password", recipient="mendel@school.example", state="sent", tries=1
    )
    OutgoingMailFactory(
        recipient="head@school.example",
        tries=2,
        created_at=now - dt.timedelta(minutes=2),
        due_at=now + dt.timedelta(minutes=50),
        last_error="mail.school.example:587 did not answer within 10 seconds. Check "
        "FER_EMAIL_PORT and the firewall; a server that expects TLS from the first "
        "byte needs FER_EMAIL_SECURITY=tls.",
    )


def webhooks(admin):
    """One that works, one that was switched off, and a chat."""
    now = timezone.now()
    WebhookFactory(
        created_by=admin,
        kind="chat",
        url="https://chat.school.example/hooks/x1b5n8",
        events=["report.ready"],
    )
    off = WebhookFactory(
        created_by=admin,
        url="https://old.school.example/in",
        off_at=now,
        off_because="It answered with status 410.",
    )
    works = WebhookFactory(created_by=admin, events=["session.ended", "report.ready"])
    WebhookCallFactory(webhook=works, state="sent", tries=1, done_at=now)
    WebhookCallFactory(
        webhook=works,
        event="report.ready",
        state="given_up",
        tries=7,
        done_at=now,
        last_error="It did not answer in time.",
    )
    WebhookCallFactory(
        webhook=off,
        state="given_up",
        tries=1,
        last_error="It answered with status 410.",
    )
    return works


def stage(path):
    """Write JSON: `cookies` by visitor, `places` (a URL's arguments), pages of `errors`.

    And the `truth` of the classes that are known.
    """
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
    lessons_before(teacher, course)
    co_teacher, watcher = (
        UserFactory(email=f"{name.lower()}@school.example", name=f"{name} Green")
        for name in ("Barbara", "Carl")
    )
    CoTeacherFactory(course=course, user=co_teacher, may_run=True, may_delete=True)
    CoTeacherFactory(course=course, user=watcher)
    InvitationFactory(invited_by=admin, token="welcome")
    closed = UserFactory(email="old@school.example", name="Old Hand", is_active=False)
    other_devices(teacher)
    mails()
    webhook = webhooks(admin)
    launch = LtiLaunchFactory(ticket="a-ticket", course=empty_course)
    LtiLinkFactory(token="a-link", created_by=admin)
    sessions = classes(teacher, course)
    Report.objects.expect(sessions["summed_up"])  # the server makes it
    keep(ClassSession.objects.filter(state=SessionState.ENDED))
    students = participants(sessions)
    places = {name: [str(s.pk)] for name, s in sessions.items()}
    places |= {f"code:{name}": [s.join_code] for name, s in sessions.items()}
    places |= lasting_links(teacher, closed)
    weekly = CourseFactory(teacher=teacher, title="Zoology", term="Spring")
    begins = timezone.now().replace(minute=0, second=0) + dt.timedelta(days=3)
    planned = plans.create_weekly(
        teacher=teacher,
        weeks=8,
        zone=timezone.get_default_timezone(),
        title="Vertebrates",
        course=weekly,
        planned_at=begins,
        planned_end_at=begins + dt.timedelta(minutes=45),
    )
    ClassSessionFactory(
        teacher=teacher,
        course=weekly,
        title="Invertebrates",
        planned_at=timezone.now() - dt.timedelta(days=2),
    )
    places |= {
        "weekly_course": [weekly.pk],
        "planned": [str(planned.pk)],
        "course": [empty_course.pk],
        "full_course": [course.pk],
        "minors_course": [
            CourseFactory(teacher=teacher, title="Fractions", age_band="13_to_17").pk
        ],
        "worded_course": [sessions["own_words"].course_id],
        "code:course": [empty_course.join_code],
        "invitation": ["welcome"],
        "old_invitation": ["no-such-token"],
        "reset": [
            urlsafe_base64_encode(force_bytes(newcomer.pk)),
            default_token_generator.make_token(newcomer),
        ],
        "old_reset": ["MQ", "no-such-token"],
        "old_mailed_link": [teacher.pk, "no-such-token"],
        "user": [teacher.pk],
        "admin": [admin.pk],
        "closed": [closed.pk],
        "minute": [sessions["ended"].minutes.first().pk],
        "policy": [1],
        "webhook": [str(webhook.pk)],
        "platform": [str(launch.platform_id)],
        "ticket": ["a-ticket"],
        "old_ticket": ["no-such-ticket"],
        "student_guide": ["student"],
        "operators_page": ["operations"],
        "registration": ["a-link"],
        "old_registration": ["no-such-link"],
    }
    planner, assistant = (
        UserFactory(email=f"{name}@school.example", name=f"{name.title()} Klein")
        for name in ("maria", "amit")
    )
    guarded = UserFactory(email="half@school.example")
    cookies = {
        "planner": staff_cookie(planner),
        "assistant": staff_cookie(assistant),
        "teacher": staff_cookie(teacher),
        "newcomer": staff_cookie(newcomer),
        "co_teacher": staff_cookie(co_teacher),
        "watcher": staff_cookie(watcher),
        "admin": staff_cookie(admin),
        "half_way": half_way_cookie(guarded),
        "guarded": staff_cookie(guarded),
    }
    places["factor"] = [second_factor.factors(guarded).last().pk]
    cookies |= {
        name: {participant_cookie.old_name(p.session): participant_cookie.signed(p)}
        for name, p in students.items()
    }
    errors = {status: render_to_string(f"{status}.html") for status in ("400", "500")}
    truth = {name: known.truth for name, known in KNOWN.items()}
    school = {"cookies": cookies, "places": places, "errors": errors, "truth": truth}
    Path(path).write_text(json.dumps(school))
