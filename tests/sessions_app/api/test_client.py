"""A client that a generator wrote from the schema alone."""

import importlib
import subprocess
import sys

import httpx
import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def generated(tmp_path, monkeypatch):
    """Import modules of the generated package by name."""
    call_command(
        "spectacular", "--validate", "--fail-on-warn", file=tmp_path / "schema.yml"
    )
    # The generator knows no PDF by itself; one is bytes.
    (tmp_path / "config.yml").write_text(
        "post_hooks: []\n"
        "content_type_overrides:\n  application/pdf: application/octet-stream\n"
    )
    subprocess.run(
        [
            sys.executable,
            "-m",
            "openapi_python_client",
            "generate",
            "--path=schema.yml",
            "--config=config.yml",
            "--meta=none",
            "--output-path=classmood",
            "--fail-on-warning",
        ],
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    monkeypatch.syspath_prepend(tmp_path)
    return lambda name: importlib.import_module(f"classmood.{name}")


@pytest.fixture
def client(generated, teacher, token_of):
    known = generated("client").AuthenticatedClient(
        "http://testserver", token=token_of(teacher)
    )
    transport = httpx.WSGITransport(app=get_wsgi_application())
    return known.set_httpx_client(
        httpx.Client(
            base_url="http://testserver",
            transport=transport,
            headers={"Authorization": f"Bearer {known.token}"},
        )
    )


@pytest.mark.usefixtures("kept_connection")
def test_a_generated_client_leads_a_class_and_reads_its_minutes(
    generated, client, teacher
):
    def call(name, *args, **kwargs):
        tag = name.partition("_")[0]
        return generated(f"api.{tag}.{name}").sync(*args, client=client, **kwargs)

    models = generated("models")
    course = call("courses_create", body=models.CourseRequest(title="Algebra"))
    draft = models.SessionRequest(title="Rings", course=course.id)
    made = call("sessions_create", body=draft)
    started = call("sessions_start", made.id)
    ended = ClassSessionFactory(teacher=teacher, ended=True)
    ClassMinuteFactory(session=ended, index=0, released=True)
    minutes = call("sessions_minutes", ended.pk)
    listed = call("sessions_list", q="Rings")

    assert (started.title, started.course, started.state) == (
        "Rings",
        course.id,
        "live",
    )
    assert [session.id for session in listed.results] == [made.id]
    assert [(minute.size, minute.pulse.ok) for minute in minutes.results] == [(20, 0.5)]
    assert call("sessions_snapshot", ended.pk).last_minute.status == "released"
