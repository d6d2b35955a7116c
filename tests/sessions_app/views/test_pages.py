import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.models import User
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def shown(response):
    return response.templates[0].name


def test_a_page_that_never_was_is_our_404(client):
    response = client.get("/nowhere/")

    assert (response.status_code, shown(response)) == (404, "404.html")


@pytest.mark.parametrize("pk", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_session_that_never_was_is_our_404(pk, teacher, browser_of):
    response = browser_of(teacher).get(f"/sessions/{pk}/")

    assert (response.status_code, shown(response)) == (404, "404.html")


def test_a_teacher_on_an_admins_page_is_our_403(teacher, browser_of):
    response = browser_of(teacher).get(reverse("people"))

    assert (response.status_code, shown(response)) == (403, "403.html")


def test_nonsense_is_our_400(browser_with):
    person = ParticipantFactory()
    path = reverse("join-pulse", args=[person.session.join_code])

    response = browser_with(person).post(path, {"tap": "nonsense"})

    assert response.status_code == 400
    assert response.templates[0].name == "400.html"


def test_a_fault_of_ours_is_our_500(monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("sessions_app.views.join.offered", broken)
    path = reverse("join", args=[ClassSessionFactory().join_code])

    response = Client(raise_request_exception=False).get(path)

    assert (response.status_code, shown(response)) == (500, "500.html")


def test_every_change_needs_a_token(teacher):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(teacher, "django.contrib.auth.backends.ModelBackend")
    session = ClassSessionFactory(teacher=teacher, live=True)
    paths = [
        reverse("session-end", args=[session.pk]),
        reverse("session-new"),
        reverse("join", args=[session.join_code]),
        reverse("join-leave", args=[session.join_code]),
        reverse("logout"),
        reverse("login"),
    ]

    responses = [browser.post(path) for path in paths]

    assert [(r.status_code, shown(r)) for r in responses] == [(403, "403.html")] * 6
    session.refresh_from_db()
    assert session.state == "live"


def test_a_hostile_name_is_text_on_every_page(browser_of, boss):
    hostile = "<script>alert(1)</script>"
    teacher = User.objects.create_user("eve@school.example", "x", name=hostile)
    session = ClassSessionFactory(teacher=teacher, title=hostile)
    browser = browser_of(boss)

    for path in (
        reverse("session-list"),
        reverse("session-detail", args=[session.pk]),
        reverse("people"),
        reverse("join", args=[session.join_code]),
    ):
        assert hostile not in browser.get(path).content.decode()
