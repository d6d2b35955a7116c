"""What is deleted is in no file any more: the bytes are read beside a running server."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from sessions_app.lab.server_process import served
from tests.redis_server import redis_server  # noqa: F401
from tests.sessions_app.privacy.browser import TEACHER, Browser

pytestmark = [pytest.mark.long, pytest.mark.real]

SOON_S = 120  # on a busy machine; on a quiet one it is a second
NAMES = [f"Student number {i} of the privacy test" for i in range(12)]


@pytest.fixture(scope="module")
def files(folder):
    """The bytes of the database and of its write-ahead log.

    Another process reads them: a process that closes a file gives up SQLite's locks on it.
    """

    def read():
        paths = sorted(folder.glob("school.sqlite3*"))
        return subprocess.run(["cat", *paths], capture_output=True).stdout

    return read


@pytest.fixture(scope="module")
def teacher(server):
    with Browser(server.url) as browser:
        yield browser.log_in(TEACHER)


@pytest.fixture(scope="module")
def lesson(teacher):
    return begun(teacher)


@pytest.fixture(scope="module")
def students(server, lesson):
    browsers = []
    for name in NAMES:
        browsers.append(Browser(server.url))
        browsers[-1].submit(f"/j/{lesson[1]}/", display_name=name, pulse="yes")
    yield browsers
    for browser in browsers:
        browser.close()


def begun(teacher):
    """The address and the code of a lesson that runs."""
    made = teacher.submit(
        "/sessions/new/", title="Maths", pulse_on="on", frame_interval_s="2"
    )
    teacher.submit(f"{made.url.path}start/", page=made.url.path)
    return made.url.path, made.text.split("/j/")[1].split("/")[0]


def kept_about(database):
    """What nobody may find later: by name, the forms that it has in the file."""
    rows = database.execute(
        "SELECT display_name, id, cell_key FROM sessions_app_participant"
    ).fetchall()
    return {
        name: [name.encode(), pk.encode(), key.to_bytes(8, "big")]
        for name, pk, key in rows
    }


def gone(files, traces):
    """Wait for the traces to leave the files; return those that stay."""
    until = time.monotonic() + SOON_S
    while left := [trace for trace in traces if trace in files()]:
        if time.monotonic() > until:
            return left
        time.sleep(0.2)
    return []


def test_a_student_who_left_and_the_keys_of_a_class_that_ended_are_in_no_file(
    teacher, lesson, students, database, files
):
    traces = kept_about(database)
    assert set(traces) == set(NAMES)
    assert all(trace in files() for name in NAMES for trace in traces[name])

    for student in students[::3]:
        student.submit(f"/j/{lesson[1]}/leave/", page=f"/j/{lesson[1]}/my-data/")

    assert gone(files, [t for name in NAMES[::3] for t in traces[name]]) == []
    assert all(trace in files() for trace in traces[NAMES[1]])

    teacher.submit(f"{lesson[0]}end/", page=lesson[0])

    assert gone(files, [key for _, _, key in traces.values()]) == []
    assert NAMES[1].encode() in files()

    teacher.submit(f"{lesson[0]}delete/")

    assert gone(files, [t for every in traces.values() for t in every]) == []


def test_a_log_in_that_ended_is_in_no_file(server, teacher, database, files):
    agent = "Browser of a teacher who logs out"
    with Browser(server.url, headers={"User-Agent": agent}) as browser:
        browser.log_in(TEACHER)
        [(content,)] = database.execute(
            "SELECT session_data FROM sessions_app_login WHERE device = ?", [agent]
        ).fetchall()
        assert content.encode() in files()

        browser.submit("/logout/", page="/courses/")

    assert gone(files, [content.encode()]) == []


def test_a_server_that_is_stopped_leaves_nothing_of_who_left_just_now(tmp_path):
    """No connection is closed at its end, and nobody reads the log until the next start."""
    there = {"FER_SQLITE": str(tmp_path / "school.sqlite3")}
    off = {"FER_EMOTION_INFERENCE": "off"}
    with served(there | off) as server, Browser(server.url) as teacher:
        _, code = begun(teacher.log_in(TEACHER))
        with Browser(server.url) as student:
            student.submit(f"/j/{code}/", display_name=NAMES[0], pulse="yes")
            student.submit(f"/j/{code}/leave/", page=f"/j/{code}/my-data/")
        os.kill(server.process_id, signal.SIGTERM)

    left = b"".join(file.read_bytes() for file in tmp_path.glob("school.sqlite3*"))
    assert b"SQLite format 3" in left
    assert NAMES[0].encode() not in left


def test_a_reader_only_puts_it_off(teacher, server, database, files):
    _, code = begun(teacher)
    with Browser(server.url) as student:
        student.submit(f"/j/{code}/", display_name="Zoe who leaves", pulse="yes")
        database.execute("BEGIN")
        [traces] = kept_about(database).values()  # an older page is being read

        student.submit(f"/j/{code}/leave/", page=f"/j/{code}/my-data/")
        time.sleep(2)
        assert any(trace in files() for trace in traces)
        assert student.get("/").status_code == 200
        database.execute("COMMIT")

    assert gone(files, traces) == []


def test_what_a_large_change_sets_aside_is_written_to_no_other_file(
    teacher, database, aside
):
    """SQLite takes the name from such a file at once, and leaves its bytes on the disk."""
    page, _ = begun(teacher)
    lesson = UUID(page.split("/")[2]).hex
    database.executemany(
        "INSERT INTO sessions_app_participant (id, display_name, joined_at, cell_key, "
        "session_id, sign_in_hash) VALUES (:id, :name, datetime(), :key, :lesson, '')",
        [
            {"id": uuid4().hex, "name": f"One of many {i}", "key": i, "lesson": lesson}
            for i in range(1000)
        ],
    )
    database.commit()
    before = aside.stat().st_mtime_ns

    teacher.submit(f"{page}end/", page=page)
    wait_for(lambda: not keys_of(database, lesson))
    teacher.submit(f"{page}delete/")

    assert aside.stat().st_mtime_ns == before


def test_a_crash_leaves_no_memory_in_a_file(server):
    limits = [
        Path(f"/proc/{process.id}/limits").read_text() for process in server.processes()
    ]

    assert limits
    assert all(re.search("core file size +0 +0 ", each) for each in limits)


def keys_of(database, lesson):
    query = "SELECT count(cell_key) FROM sessions_app_participant WHERE session_id = ?"
    return database.execute(query, [lesson]).fetchone()[0]


def wait_for(is_so):
    until = time.monotonic() + SOON_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)
