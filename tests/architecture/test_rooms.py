"""What each kind of process loads, and what the frame's path relies on in Channels."""

import inspect
import subprocess
import sys
from pathlib import Path

from channels.consumer import AsyncConsumer

TRAINING = Path(__file__).parents[1] / "training"
HEAVY = ["cv2", "ai_edge_litert", "tensorflow", "keras"]


def loaded_after(statements):
    code = f"import sys; {statements}; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return done.stdout.strip(), done.stderr


def test_the_web_process_starts_without_the_model_libraries():
    loaded, errors = loaded_after(
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'fer_platform.settings.test';"
        "import fer_platform.asgi, sessions_app.live.ticker, fer_platform.urls;"
        "import sessions_app.management.commands.serve"
    )

    assert loaded == "[]", errors


def test_a_web_process_of_a_cluster_sends_frames_and_loads_no_model_library():
    loaded, errors = loaded_after(
        "import os; os.environ.update("
        "DJANGO_SETTINGS_MODULE='fer_platform.settings.test',"
        "FER_DATABASE_URL='postgresql://nobody@127.0.0.1:1/none',"
        "FER_REDIS_URL='redis://127.0.0.1:1/0', FER_LIVE_REDIS_URL='redis://127.0.0.1:1/1');"
        "import fer_platform.asgi, sessions_app.live.ticker, fer_platform.urls;"
        "import sessions_app.management.commands.serve, sessions_app.tasks;"
        "from sessions_app.live.cluster.celery_executor import cluster_executor; cluster_executor()"
    )

    assert loaded == "[]", errors


def test_a_worker_needs_neither_django_nor_people():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, inference.engine, inference.engine_worker;"
            "print([n for n in ('django', 'sessions_app') if n in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "[]", done.stderr


def test_the_tests_of_training_are_found_without_tensorflow():
    """Every run of pytest looks through all tests that it could run."""
    names = [f"tests.training.{path.stem}" for path in TRAINING.glob("test_*.py")]

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, importlib;"
            f"[importlib.import_module(name) for name in {names}];"
            "print([n for n in ('tensorflow', 'keras') if n in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "[]", done.stderr


def test_channels_dispatch_still_does_only_what_our_override_leaves_out():
    """The student's socket skips this method for frames; look again if it changes."""
    source = inspect.getsource(AsyncConsumer.dispatch)

    assert "await aclose_old_connections()" in source
    assert "await handler(message)" in source
    assert len(source.splitlines()) == 10
