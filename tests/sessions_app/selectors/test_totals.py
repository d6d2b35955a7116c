import pytest
from django.urls import reverse

from sessions_app.models import ClassSession
from sessions_app.selectors.totals import Signal, Totals, history_totals
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _autumn(teacher, colleague):
    """Eight minutes of two teachers' classes, one of them without the camera."""
    rings = ClassSessionFactory(teacher=teacher, title="Rings", ended=True)
    ClassMinuteFactory(session=rings, index=0, released=True, coverage="most")
    ClassMinuteFactory(session=rings, index=1, released=True, coverage="half")
    ClassMinuteFactory(session=rings, index=2, released=True, coverage="")
    ClassMinuteFactory(session=rings, index=3)
    ClassMinuteFactory(
        session=rings, index=4, status="interrupted", pulse_status="interrupted"
    )
    ClassMinuteFactory(
        session=rings,
        index=5,
        status="interrupted",
        pulse_status="released",
        pulse={"ok": 1.0},
    )
    choir = ClassSessionFactory(
        teacher=colleague, title="Choir", ended=True, expression_on=False
    )
    ClassMinuteFactory(
        session=choir,
        index=0,
        status="off",
        pulse_status="released",
        pulse={"ok": 1.0},
    )
    ClassMinuteFactory(session=choir, index=1, status="off")


@pytest.mark.usefixtures("_autumn")
def test_totals_count_minutes_by_signal_and_coverage_by_word():
    totals = history_totals(sessions=ClassSession.objects.all())

    assert totals == Totals(
        classes=2,
        teachers=2,
        minutes=8,
        expression=Signal(minutes=4, released=3),
        pulse=Signal(minutes=7, released=5),
        coverage={"Few": 0.0, "About half": 0.5, "Most": 0.5},
    )
    assert totals.expression.suppressed == 0.25


def test_totals_of_nothing_are_nothing(db):
    totals = history_totals(sessions=ClassSession.objects.all())

    assert (totals.minutes, totals.coverage) == (0, {})
    assert totals.pulse.suppressed is None


@pytest.mark.usefixtures("_autumn")
def test_an_admin_reads_the_totals_of_filtered_classes(
    boss, browser_of, django_assert_num_queries
):
    browser = browser_of(boss)

    # Login session, user, classes, minutes, the choices of two filters, the audit's
    # last look and its new one.
    with django_assert_num_queries(8):
        page = browser.get(reverse("totals"), {"q": "Choir"})

    assert page.context["totals"].minutes == 2
    assert "50 %" in page.content.decode()
