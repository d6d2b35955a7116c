"""The measuring tools are in no image: neither `lab/` nor the commands that need it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = "sessions_app/lab"


def test_the_measuring_tools_stay_out_of_the_images():
    commands = (ROOT / "sessions_app" / "management" / "commands").glob("*.py")
    need_lab = {str(c.relative_to(ROOT)) for c in commands if _imports_lab(c)}

    left_out = set((ROOT / ".dockerignore").read_text().splitlines())

    assert {name for name in left_out if name.startswith("sessions_app/")} == (
        need_lab | {LAB}
    )


def _imports_lab(command):
    return "from sessions_app.lab" in command.read_text()
