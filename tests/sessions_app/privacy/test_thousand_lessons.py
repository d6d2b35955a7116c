"""A student's cookie does not grow: after 1,000 lessons every page still opens."""

import uuid

import pytest

from tests.sessions_app.privacy.browser import TEACHER, Browser

LESSONS = 1000


@pytest.fixture(scope="module")
def codes(server, database):
    """A thousand lessons like one that a teacher made."""
    with Browser(server.url) as teacher:
        teacher.log_in(TEACHER).submit(
            "/sessions/new/", title="Maths", pulse_on="on", frame_interval_s="2"
        )
    columns = [  # but those that the database generates
        column for _, column, *_ in database.execute(
            "PRAGMA table_info(sessions_app_classsession)"
        )
    ]  # fmt: skip
    names = ", ".join(columns)
    [row] = database.execute(f"SELECT {names} FROM sessions_app_classsession")
    lessons = [
        dict(zip(columns, row, strict=True))
        | {"id": uuid.uuid4().hex, "join_code": f"LESS{i:04}"}
        for i in range(LESSONS)
    ]
    places = ", ".join(f":{column}" for column in columns)
    database.executemany(
        f"INSERT INTO sessions_app_classsession ({names}) VALUES ({places})", lessons
    )
    database.commit()
    return [lesson["join_code"] for lesson in lessons]


@pytest.mark.long
def test_a_student_of_a_thousand_lessons_comes_in_and_out_of_each(server, codes):
    with Browser(server.url) as student:
        hidden = student.hidden(f"/j/{codes[0]}/")
        for code in codes:
            answers = hidden | {"display_name": f"Zoe in {code}", "pulse": "yes"}
            joined = student.post(f"/j/{code}/", data=answers)
            assert joined.status_code == 302, code
            assert joined.headers["location"] == f"/j/{code}/class/"

        sent = student.get("/").request.headers["cookie"]
        assert len(sent) < 200
        for code in (codes[0], codes[LESSONS // 2], codes[-1]):
            assert student.get(f"/j/{code}/class/").status_code == 200
            assert f"Zoe in {code}" in student.get(f"/j/{code}/my-data/").text

        left = student.submit(f"/j/{codes[0]}/leave/", page=f"/j/{codes[0]}/my-data/")

        assert left.status_code == 200
        assert student.get(f"/j/{codes[0]}/my-data/").status_code == 403
        assert student.get(f"/j/{codes[1]}/my-data/").status_code == 200
