import datetime as dt
import html

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.enums import AuditAction, Jurisdiction, Purpose
from sessions_app.models import AuditEntry, Policy
from sessions_app.models.law import PLACES
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.attack_figures import learnt
from sessions_app.selectors.policy import remarks
from sessions_app.services import audit
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

ANSWERS = {
    "jurisdiction": "other",
    "expression_on": "on",
    "min_group": "12",
    "sessions_kept_days": "90",
    "audit_kept_days": "400",
}


@pytest.fixture
def office(boss, browser_of):
    """The admin's browser."""
    return browser_of(boss)


def save(office, **changes):
    return office.post(reverse("policy"), ANSWERS | changes)


def details(**filters):
    rows = AuditEntry.objects.filter(**filters).order_by("pk")
    return list(rows.values_list("actor", "detail"))


# --- the policy -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_admin_saves_the_policy(office, boss):
    response = save(office)

    assert response.url == reverse("policy")
    holds = effective_policy()
    assert holds.jurisdiction == Jurisdiction.OTHER
    assert (holds.min_group, holds.sessions_kept_days) == (12, 90)
    assert [actor for actor, _ in details(action="policy")] == [boss.email]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_group", "9"),
        ("min_group", "31"),
        ("min_group", ""),
        ("sessions_kept_days", "0"),
        ("sessions_kept_days", "3651"),
        ("audit_kept_days", "29"),
        ("jurisdiction", "moon"),
    ],
)
def test_what_is_out_of_bounds_is_refused_beside_its_field(field, value, office):
    response = save(office, **{field: value})

    assert list(response.context["form"].errors) == [field]
    assert not Policy.objects.exists()


def test_where_the_school_is_is_declared_by_nobody_but_an_admin(office):
    form = office.get(reverse("policy")).context["form"]
    assert form["jurisdiction"].value() == ""
    assert not form["expression_on"].value()  # a deliberate yes is a tick

    refused = office.post(reverse("policy"), {**ANSWERS, "jurisdiction": ""})

    assert list(refused.context["form"].errors) == ["jurisdiction"]
    assert effective_policy().jurisdiction is None
    assert any(
        "no admin has declared where" in each for each in refused.context["violations"]
    )


def test_the_first_decision_is_in_the_audit_with_every_value(office, boss):
    as_it_was = {"min_group": "10", "sessions_kept_days": "365"}

    save(office, audit_kept_days="730", **as_it_was)

    [(actor, said)] = details(action="policy")
    assert actor == boss.email
    for decided in (
        "where the school is: none → other",
        "facial expression: none → on",
        "minimum group: none → 10",
        "days that lessons are kept: none → 365",
        "public demo page: none → off",
    ):
        assert decided in said


def test_saving_without_the_tick_is_no_yes(office):
    save(office)
    answers = {
        name: value for name, value in ANSWERS.items() if name != "expression_on"
    }

    office.post(reverse("policy"), answers)

    assert not Policy.objects.get().expression_on
    assert details(action="policy")[-1][1] == "facial expression: on → off"


def test_in_the_eu_the_question_is_off_and_then_gone(office, decide):
    save(office, jurisdiction="eu")
    page = office.get(reverse("policy"))

    assert not Policy.objects.get().expression_on
    assert "expression_on" not in page.context["form"].fields
    assert "locked" in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("inference", "asked"), [("server", False), ("device", False), ("either", True)]
)
def test_devices_alone_is_asked_where_the_operator_leaves_it_open(
    office, settings, inference, asked
):
    settings.FER_INFERENCE = inference

    save(office, device_only="on")

    page = office.get(reverse("policy"))
    assert ("device_only" in page.context["form"].fields) == asked
    held = effective_policy().inference
    assert held == ("device" if asked else inference)
    assert str(held.label) in html.unescape(page.content.decode())


@pytest.mark.django_db(transaction=True)
def test_devices_alone_holds_although_the_operator_goes_back_to_the_server(
    office, settings
):
    settings.FER_INFERENCE = "either"
    save(office, device_only="on")
    settings.FER_INFERENCE = "server"

    assert effective_policy().inference == "device"
    assert any(
        "FER_INFERENCE is server" in remark
        for remark in remarks(today=timezone.localdate())
    )
    save(office)  # the tick is still there to be taken away
    assert effective_policy().inference == "server"


@pytest.mark.parametrize(
    ("inference", "records", "assessment"),
    [
        ("server", "Memory", "Pictures stay in memory for seconds"),
        ("device", "never sent", "No picture leaves a student's device"),
        ("either", "or of the server", "A device that can keeps its pictures"),
    ],
)
def test_the_papers_say_where_pictures_are_read(
    office, decide, settings, inference, records, assessment
):
    settings.FER_INFERENCE = inference
    decide(expression_on=True)

    for page, said in (("policy-records", records), ("policy-assessment", assessment)):
        assert said in html.unescape(office.get(reverse(page)).content.decode())


def test_what_the_operator_forbids_is_not_asked(office, settings):
    settings.FER_EMOTION_INFERENCE = False

    page = office.get(reverse("policy"))
    save(office)

    assert "expression_on" not in page.context["form"].fields
    assert not effective_policy().expression_allowed


def test_pages_show_the_group_size_that_holds(office, decide, client):
    decide(min_group=17)

    for path in (
        reverse("home"),
        reverse("privacy"),
        reverse("join", args=[ClassSessionFactory().join_code]),
    ):
        assert "at least 17 students" in client.get(path).content.decode()


@pytest.mark.parametrize("expression", [True, False])
@pytest.mark.parametrize("page", ["policy", "policy-records", "policy-assessment"])
def test_the_papers_say_what_is_set(page, expression, office, decide):
    decide(min_group=23, expression_on=expression, sessions_kept_days=77)

    paper = office.get(reverse(page)).content.decode()

    assert "23" in paper
    assert "77" in paper
    assert ("Webcam pictures" in paper) == (expression and page == "policy-records")


# --- the rules of places --------------------------------------------------------------


def test_the_rules_of_a_place_are_shown_before_they_hold(office, decide):
    decide(jurisdiction="other", min_group=8, sessions_kept_days=3000)
    CourseFactory.create_batch(3)
    CourseFactory(age_band="adults")

    page = office.get(reverse("policy"), {"place": "us_schools"})

    changes = {c.name: (c.now, c.then) for c in page.context["preview"]["changes"]}
    assert changes == {
        "expression_on": (True, True),
        "min_group": (8, 10),
        "sessions_kept_days": (3000, 365),
        "demo_page_on": (False, False),
    }
    form = page.context["form"]
    assert (form["jurisdiction"].value(), form["min_group"].value()) == (
        "us_schools",
        10,
    )
    text = html.unescape(page.content.decode())
    assert "3 courses state no age of their students" in text
    assert "Nothing has changed yet" in text
    assert Policy.objects.get().min_group == 8


def test_before_anything_is_declared_the_preview_says_yes_to_nothing(office):
    page = office.get(reverse("policy"), {"place": "other"})

    [expression, *_] = page.context["preview"]["changes"]
    assert expression == ("expression_on", True, False)
    assert not page.context["form"]["expression_on"].value()


def test_what_is_no_place_is_not_previewed(office):
    assert not office.get(reverse("policy"), {"place": "moon"}).context["preview"]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"min_group": "12", "sessions_kept_days": "366"}, "sessions_kept_days"),
        ({"jurisdiction": "uk"}, "assessed_on"),
        ({"jurisdiction": "uk", "assessed_on": "2999-01-01"}, "assessed_on"),
    ],
)
def test_what_is_wider_than_the_place_is_refused_beside_its_field(
    answers, wrong, office
):
    response = save(office, **{"jurisdiction": "india"} | answers)

    assert wrong in response.context["form"].errors
    assert not Policy.objects.exists()


def test_in_the_uk_expression_needs_a_signed_assessment(office, decide):
    decide(jurisdiction="uk", min_group=10, expression_on=True)  # not by the form
    assert not Policy.objects.get().expression_on

    save(office, jurisdiction="uk", assessed_on="2026-11-02")

    assert Policy.objects.get().expression_on


@pytest.mark.parametrize("place", Jurisdiction)
def test_the_page_says_the_rules_of_the_place_their_sources_and_day(
    place, office, decide
):
    decide(jurisdiction=place, min_group=10)

    page = html.unescape(office.get(reverse("policy")).content.decode())

    rules = PLACES[place]
    assert str(rules.says) in page
    for source in rules.sources:
        assert source.name in page
    assert "no legal advice" in page


def test_the_agreement_follows_from_what_holds_and_names_the_law(office, decide):
    decide(jurisdiction="india", min_group=23, sessions_kept_days=77)

    paper = html.unescape(office.get(reverse("policy-processor")).content.decode())

    for said in ("Classes of 23 or more", "77 days", "section 8(2)", "to complete"):
        assert said.lower() in paper.lower()
    decide(jurisdiction="us_higher")
    assert "FERPA" in office.get(reverse("policy-processor")).content.decode()


def test_everybody_can_read_what_is_kept_and_whom_to_ask(client, decide):
    decide(
        jurisdiction="us_schools",
        min_group=10,
        audit_kept_days=444,
        contact="Data office, +1 555 0100",
    )

    page = html.unescape(client.get(reverse("privacy")).content.decode())

    assert "444 days" in page  # of the audit: the whole table, not the students' part
    assert "Contact: Data office, +1 555 0100" in page
    assert "Students under 13 have the pulse alone." in page
    assert "United States: schools" in page


# --- the audit ------------------------------------------------------------------------


def test_every_view_of_a_class_is_in_the_audit(teacher, browser_of):
    live = ClassSessionFactory(teacher=teacher, live=True, title="Rings")
    over = ClassSessionFactory(teacher=teacher, ended=True, title="Choir")
    browser = browser_of(teacher)

    for _ in range(2):
        browser.get(reverse("session-detail", args=[live.pk]))
    browser.get(reverse("session-compact", args=[live.pk]))
    browser.get(reverse("session-detail", args=[over.pk]))

    assert details() == [
        (teacher.email, "Dashboard of “Rings”"),
        (teacher.email, "Dashboard of “Rings”"),
        (teacher.email, "Small view of “Rings”"),
        (teacher.email, "Summary of “Choir”"),
    ]


def test_a_class_that_one_may_not_see_leaves_no_view(colleague, browser_of):
    session = ClassSessionFactory(live=True)

    browser_of(colleague).get(reverse("session-detail", args=[session.pk]))

    assert details() == []


def test_deletions_are_in_the_audit_and_refused_ones_are_not(teacher, browser_of):
    course = CourseFactory(teacher=teacher, title="Algebra", term="")
    session = ClassSessionFactory(teacher=teacher, ended=True, title="Rings")
    running = ClassSessionFactory(teacher=teacher, live=True, course=course)
    browser = browser_of(teacher)

    browser.post(reverse("session-delete", args=[running.pk]))
    browser.post(reverse("course-delete", args=[course.pk]))
    assert details() == []
    browser.post(reverse("session-delete", args=[session.pk]))
    running.delete()
    browser.post(reverse("course-delete", args=[course.pk]))

    assert details(action="deleted") == [
        (teacher.email, "lesson “Rings”"),
        (teacher.email, "course “Algebra”"),
    ]


def test_no_student_is_in_the_audit(teacher, browser_of):
    eve = ParticipantFactory(display_name="Eve")
    eve.session.teacher = teacher
    eve.session.save()

    browser_of(teacher).get(reverse("session-detail", args=[eve.session_id]))

    [entry] = AuditEntry.objects.values()
    assert not {"Eve", str(eve.pk)} & {str(value) for value in entry.values()}


@pytest.fixture
def trail(teacher, boss):
    """Alice viewed two classes, Charlie changed the policy, the platform deleted."""
    sessions = [ClassSessionFactory(title=title) for title in ("Rings", "Choir")]
    for session in sessions:
        audit.viewed(session=session, by=teacher, what="Summary")
    audit.record(action=AuditAction.POLICY, actor=boss, detail="k")
    audit.record(action=AuditAction.DELETED, actor=None, detail="old")
    first = AuditEntry.objects.order_by("pk").first()
    AuditEntry(
        action=AuditAction.VIEWED, at=timezone.now() - dt.timedelta(days=9), detail="9"
    ).save()
    return first


def test_each_filter_narrows_the_audit(trail, office, teacher):
    def shown(**filters):
        page = office.get(reverse("audit"), filters).context["page_obj"]
        details = [entry.detail for entry in page]  # reading is written down, too
        return [text for text in details if not text.startswith("Audit")]

    assert shown() == ["old", "k", "Summary of “Choir”", "Summary of “Rings”", "9"]
    assert shown(actor=teacher.email) == ["Summary of “Choir”", "Summary of “Rings”"]
    assert shown(actor="-") == ["old", "9"]
    assert shown(action="policy") == ["k"]
    assert shown(object_id=trail.object_id) == ["Summary of “Rings”"]
    week_ago = timezone.localdate() - dt.timedelta(days=7)
    assert shown(until=week_ago) == ["9"]
    assert shown(since=week_ago, action="viewed", actor="-") == []
    assert shown(since="nonsense", page="nonsense")[0] == "old"


@pytest.mark.parametrize("n_entries", [3, 120])
def test_the_audit_needs_the_same_queries_at_any_length(
    n_entries, office, teacher, django_assert_num_queries
):
    for _ in range(n_entries):
        audit.record(action=AuditAction.VIEWED, actor=teacher, detail="x")

    # Login session, user, people to choose from, two about this reading, count, page.
    with django_assert_num_queries(7):
        page = office.get(reverse("audit")).context["page_obj"]

    assert len(page) == min(n_entries + 1, 50)


def test_hostile_details_are_text(office, teacher):
    session = ClassSessionFactory(title="<script>alert(1)</script>")
    audit.viewed(session=session, by=teacher, what="Summary")

    assert "<script>alert(1)" not in office.get(reverse("audit")).content.decode()


# --- what an attacker learns ----------------------------------------------------------


@pytest.mark.parametrize("expression", [True, False])
def test_the_page_shows_what_an_attacker_learns_at_each_size(
    expression, office, decide
):
    decide(min_group=10, expression_on=expression)

    page = office.get(reverse("policy")).content.decode()

    for purpose in Purpose:
        cells = [
            f"{value:.3f}"
            for row in learnt(purpose)
            for value in (
                *(row.base, row.attacker, row.mood_error_released),
                *(row.open_link, row.signed_in, row.alone),
            )
        ]
        shown = expression or purpose is Purpose.PULSE
        assert all(f">{cell}<" in page for cell in cells) == shown
    tables = 1 + expression  # each with a group of 5
    assert page.count("not shown by this policy") == tables


def test_in_the_eu_asking_for_expression_changes_nothing(office, decide):
    decide(jurisdiction=Jurisdiction.EU)

    answers = {"jurisdiction": "eu", "expression_on": "on", "demo_page_on": "on"}
    assert save(office, **answers).url == reverse("policy")

    assert Policy.objects.get().sessions_kept_days == 90
    assert not Policy.objects.get().expression_on
    assert not effective_policy().demo_page


@pytest.mark.parametrize(
    ("page", "settings_in_words"),
    [
        ("policy-records", ["Classes of 20 or more", "400 days", "11 points"]),
        ("policy-assessment", ["Groups of 20 or more", "400 days", "11 points"]),
    ],
)
def test_the_papers_follow_from_the_settings_that_hold(
    page, settings_in_words, office, decide
):
    decide(min_group=20, audit_kept_days=400, jurisdiction=Jurisdiction.EU)

    paper = office.get(reverse(page)).content.decode()

    assert [words for words in settings_in_words if words not in paper] == []
    assert ("Article 5(1)(f)" in paper) == (page == "policy-assessment")


def test_the_records_name_where_memory_is_and_who_carries_the_mail(office, settings):
    def paper():
        return office.get(reverse("policy-records")).content.decode()

    assert "No service outside this server is called." in paper()
    assert "Redis" not in paper()

    settings.FER_CLUSTER = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.school.example"
    assert "a Redis that keeps nothing on a disk" in paper()
    assert "The mail server mail.school.example carries" in paper()
    assert "No service outside" not in paper()

    settings.FER_OIDC_ISSUER = "https://id.school.example/realms/school"
    assert "sign-on at id.school.example says who" in paper()
