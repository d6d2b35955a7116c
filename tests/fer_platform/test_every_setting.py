"""Every setting that the code reads: documented, passed to the containers, refused early."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CODE = ("fer_platform", "sessions_app", "inference", "training")
# Of the measuring tools and of secrets' files alone, said where they are used.
MADE_ELSEWHERE = {"FER_DATABASE_PASSWORD_FILE"}


def read_in_code():
    text = "".join(
        path.read_text() for room in CODE for path in (ROOT / room).rglob("*.py")
    )
    return set(re.findall(r'"(FER_[A-Z_]+)"', text)) - MADE_ELSEWHERE


def in_the_table():
    _, _, settings = (ROOT / "README.md").read_text().partition("\n## Settings\n")
    rows = re.findall(r"^\| (`FER_.*?) \|", settings.partition("\n## ")[0], re.M)
    return {name for row in rows for name in re.findall(r"`(FER_[A-Z_]+)`", row)}


def test_every_setting_stands_in_the_readmes_table():
    assert read_in_code() - in_the_table() == {"FER_SITE"}  # the proxy's, see the guide
    assert "FER_SITE=" in (ROOT / "docs" / "operations.md").read_text()


def test_no_row_is_about_a_setting_that_is_gone():
    proxy = (ROOT / "deploy" / "Caddyfile").read_text()
    passed_on = set(re.findall(r"FER_[A-Z_]+", proxy)) | {"FER_SECRET_KEY_FILE"}

    assert in_the_table() - read_in_code() <= passed_on


def test_every_process_of_ours_in_the_containers_gets_them():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    for name, service in services.items():
        if "FER_IMAGES" in service["image"]:
            assert service["env_file"] == [".env"], name


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FER_TIME_ZONE", "Europe/Berlyn", "no time zone; write one like"),
        ("FER_TIME_ZONE", "/etc/passwd", "no time zone"),
        ("FER_TIME_ZONE", "", "no time zone"),
        ("FER_JOINS_PER_MINUTE", "many", "such as 30/m"),
        ("FER_LOGINS_PER_MINUTE", "30", "such as 30/m"),
        ("FER_MAILS_PER_MAILBOX", "0/h", "such as 30/m"),
        ("FER_API_RATE", "600/fortnight", "such as 30/m"),
        ("FER_API_RATE_STRANGERS", "-1/min", "such as 30/m"),
        ("FER_LOG_LEVEL", "LOUD", "write one of DEBUG, INFO"),
        ("FER_LOG_FORMAT", "xml", "write one of plain, json"),
        ("FER_WINDOW_S", "a minute", "write a whole number"),
        ("FER_NOISE_SCALE", "none", "write a number"),
        ("FER_EMOTION_INFERENCE", "maybe", "write on or off"),
        ("FER_EMAIL_PORT", "smtp", "write a whole number"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(name, value, said, tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"FER_VAR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith(f"The settings are wrong. {name}")
    assert said in sentence
