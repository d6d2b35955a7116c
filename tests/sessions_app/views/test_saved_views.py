"""Filters of the totals that somebody keeps under a name."""

import pytest
from django.urls import reverse

from sessions_app.models import AuditEntry, SavedView
from sessions_app.services.saved_views import MOST_VIEWS

pytestmark = pytest.mark.django_db
SAVE = "totals-view-save"


def save(browser, name="Mondays", query="by=hour&weekday=1", **fields):
    return browser.post(reverse(SAVE), {"name": name, "query": query, **fields})


def test_a_view_leads_to_its_filters_and_is_shown_to_nobody_else(
    teacher, boss, browser_of
):
    browser = browser_of(teacher)

    answer = save(browser)

    assert answer.url == f"{reverse('totals')}?by=hour&weekday=1"
    page = browser.get(answer.url).content.decode()
    assert "/sessions/totals/?by=hour&amp;weekday=1" in page
    assert 'aria-current="true"' in page
    assert "Mondays" not in browser_of(boss).get(reverse("totals")).content.decode()


def test_each_person_has_names_of_their_own(teacher, boss, browser_of):
    for user in (teacher, boss):
        assert save(browser_of(user)).status_code == 302

    assert SavedView.objects.filter(name="Mondays").count() == 2


WRONG = {
    "no name": ({"name": ""}, "This field is required"),
    "nothing to see": ({"name": "\u200d\u3164"}, "Nothing of this text can be seen"),
    "a name that exists": ({"name": "Fridays"}, "You have a view with this name"),
    "too long": ({"name": "x" * 61}, "at most 60 characters"),
    "hidden": ({"name": "a\u202eb"}, "Some characters here are invisible"),
    "an unknown course": ({"query": "course=999999"}, "A filter is wrong"),
    "a period turned around": (
        {"query": "since=2026-02-02&until=2026-02-01"},
        "A filter is wrong",
    ),
}


@pytest.mark.parametrize(("sent", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_nothing_is_lost(sent, says, teacher, browser_of):
    SavedView.objects.create(user=teacher, name="Fridays", query="weekday=5")

    page = save(browser_of(teacher), **sent)

    assert page.status_code == 200
    assert says in page.content.decode()
    assert [str(view) for view in SavedView.objects.all()] == ["Fridays"]
    if "query" not in sent:  # the filters are still there, and so is what was typed
        assert page.context["filter_form"].chosen() == {"by": "hour", "weekday": "1"}
        assert page.context["view_form"]["name"].value() == sent["name"]
        assert page.context["view_form"]["query"].value() == "by=hour&weekday=1"


def test_what_is_no_filter_is_not_kept(teacher, browser_of):
    save(browser_of(teacher), query="weekday=1&page=3&x=javascript:alert(1)")

    assert SavedView.objects.get().query == "weekday=1"


def test_the_same_press_saves_one_view(teacher, browser_of):
    browser = browser_of(teacher)

    answers = [save(browser, once="key-of-the-page") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert SavedView.objects.count() == 1


def test_there_are_only_so_many(teacher, browser_of):
    SavedView.objects.bulk_create(
        SavedView(user=teacher, name=f"View {number}") for number in range(MOST_VIEWS)
    )

    page = save(browser_of(teacher))

    assert "the most there can be" in page.content.decode()
    assert SavedView.objects.count() == MOST_VIEWS


def test_a_view_is_deleted_by_its_owner_alone(teacher, boss, browser_of):
    view = SavedView.objects.create(user=teacher, name="Mondays")
    url = reverse("totals-view-delete", args=[view.pk])

    assert browser_of(boss).post(url).status_code == 404
    assert browser_of(teacher).post(url).status_code == 302
    assert browser_of(teacher).post(url).status_code == 404
    assert not SavedView.objects.exists()
    assert list(AuditEntry.objects.values_list("action", "detail")) == [
        ("deleted", "saved view “Mondays” of the totals")
    ]


def test_it_goes_with_the_account(teacher):
    SavedView.objects.create(user=teacher, name="Mondays")

    teacher.delete()

    assert not SavedView.objects.exists()


def test_a_view_of_a_course_that_is_gone_says_so(teacher, browser_of):
    SavedView.objects.create(user=teacher, name="Old course", query="course=999999")

    page = browser_of(teacher).get(f"{reverse('totals')}?course=999999")

    assert "Select a valid choice" in page.content.decode()
    assert "Old course" in page.content.decode()
