"""Every setting that the code reads: documented, passed to the containers, refused early."""

import os
import re
from pathlib import Path

import pytest
import yaml

from fer_platform.environment.deployment import Deployment
from fer_platform.environment.names import GROUPS, setting_names
from fer_platform.environment.table import filled_in, table
from tests.starts import manage

ROOT = Path(__file__).resolve().parents[2]
CODE = ("fer_platform", "sessions_app", "inference", "training", "manage.py")
READER = ROOT / "fer_platform" / "environment"
AROUND = (  # what else is given settings, or gives them
    *("docker-compose.yml", "Dockerfile", "Makefile", ".github/workflows/release.yml"),
    *("deploy/Caddyfile", "deploy/database.sql", "deploy/roll_out.sh"),
)
# What Django's settings hold besides, made of these or fixed.
NOT_OF_THE_ENVIRONMENT = {
    *("FER_ASKED_BY_ANY_NAME", "FER_CLUSTER", "FER_ENGINE"),
    *("FER_CONSENT_VERSION", "FER_CONSENT_EDITIONS", "FER_COOKIE_PREFIX"),
    "FER_RELEASE",
}


COMPOSE, PAGE = ROOT / "docker-compose.yml", ROOT / "docs" / "settings.md"
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]
AROUND_US = set(Deployment.model_fields)  # for the proxy and Compose itself
BY_SECRETS = {
    *("FER_SECRET_KEY", "FER_EMAIL_PASSWORD"),
    *("FER_DATABASE_URL", "FER_REDIS_URL", "FER_LIVE_REDIS_URL"),
}


def python_files():
    for room in CODE:
        path = ROOT / room
        yield from [path] if path.is_file() else path.rglob("*.py")


def named_in(*files):
    text = "".join((ROOT / file).read_text() for file in files)
    return set(re.findall(r"\bFER_[A-Z_]+", text))


def test_the_page_of_settings_is_what_the_code_declares():
    page = PAGE.read_text()

    assert page == filled_in(page), (
        "Run `python -m fer_platform.environment.table docs/settings.md`."
    )


def test_every_setting_says_what_it_does():
    for group in GROUPS:
        assert group.__doc__, group
        for name, field in group.model_fields.items():
            assert (field.description or "").endswith("."), name


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_the_table_has_a_row_for_each_setting_of_a_group(group):
    for name in group.model_fields:
        assert f"\n| `FER_{name.upper()}` | " in table()


def test_whatever_name_is_used_in_the_code_is_a_declared_setting():
    named = named_in(*(p for p in python_files() if READER not in p.parents))
    allowed = {*setting_names(), *(f"{name}_FILE" for name in setting_names())}

    assert named - allowed - NOT_OF_THE_ENVIRONMENT == set()


def test_nothing_but_its_reader_reads_a_setting_from_the_environment():
    looked_up = re.compile(r"(environ(\.get|\.pop)?[\[(]|getenv\()\s*f?[\"']FER_")
    readers = [p for p in python_files() if looked_up.search(p.read_text())]

    assert readers == []


def test_no_row_is_about_a_setting_that_nothing_reads():
    """One of ours is taken out of its group by name; the others stand around us."""
    taken = "".join(p.read_text() for p in (ROOT / "fer_platform").rglob("*.py"))
    for group in GROUPS:
        for name in group.model_fields:
            if group is Deployment:
                around = named_in(*AROUND, "docs/operations.md")
                assert f"FER_{name.upper()}" in around, name
            else:
                assert re.search(rf"\.{name}\b", taken), name


def test_what_stands_around_the_platform_names_no_setting_that_is_unknown():
    known = {*setting_names(), *(f"{name}_FILE" for name in setting_names())}

    assert named_in(*AROUND) <= known


def test_every_process_of_ours_in_the_containers_gets_them():
    for name, service in SERVICES.items():
        if "FER_IMAGES" in service["image"]:
            assert service["env_file"] == [".env"], name


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        *((name, BY_SECRETS) for name in ("web-1", "web-2", "housekeeper")),
        ("classmood", set()),
    ],
)
def test_every_documented_setting_reaches_the_containers_from_their_file(name, secrets):
    """As it stands in .env, or in a file that the service has as a secret, which wins."""
    documented = re.findall(r"^\| `(FER_\w+)`", PAGE.read_text(), re.M)
    ours = set(documented) - {f"FER_{each.upper()}" for each in AROUND_US}
    written = {each: f"what {each} is" for each in documented}

    given = passed_to(SERVICES[name], written)

    assert len(ours) > 50
    files = {each: given[f"{each}_FILE"] for each in ours if f"{each}_FILE" in given}
    assert set(files) == secrets
    for each, path in files.items():
        assert Path(path).name in SERVICES[name]["secrets"], each
    reached = {each for each in ours if written[each] in given[each]}
    assert ours - reached - set(files) == set()


def test_what_the_file_itself_reads_is_documented_and_all_of_it_is_read():
    read = set(re.findall(r"\$\{(FER_\w+)", COMPOSE.read_text()))

    assert {f"FER_{each.upper()}" for each in AROUND_US} - read == {
        "FER_PROXY_ALIVE",  # inside its container
        "FER_DATABASE_PASSWORD_FILE",  # a secret
        "FER_FOLDER",  # of deploy/roll_out.sh
    }
    assert read <= set(setting_names())


def passed_to(service, written):
    """What a process of a service finds in its environment, by Compose's rules."""
    given = dict(written) if service["env_file"] == [".env"] else {}
    named = service.get("environment", {})
    return given | {key: filled_by(str(value), written) for key, value in named.items()}


def filled_by(value, written):
    """`${NAME}`, `${NAME:-what otherwise}` and `${NAME:?what is missing}`."""
    place = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
    return place.sub(lambda found: written.get(found[1]) or found[3] or "", value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FER_TIME_ZONE", "Europe/Berlyn", "no time zone; write one like"),
        ("FER_TIME_ZONE", "/etc/passwd", "no time zone"),
        ("FER_TIME_ZONE", "", "no time zone"),
        ("FER_JOIN_RATE", "many", "such as 30/m"),
        ("FER_LOGIN_RATE", "30", "such as 30/m"),
        ("FER_MAIL_RATE", "0/h", "such as 30/m"),
        ("FER_API_RATE", "600/fortnight", "such as 30/m"),
        ("FER_API_ANONYMOUS_RATE", "-1/min", "such as 30/m"),
        ("FER_LOG_LEVEL", "LOUD", "write one of DEBUG, INFO"),
        ("FER_LOG_FORMAT", "xml", "write one of plain, json"),
        ("FER_PAPER", "legal", "write one of a4, letter"),
        ("FER_WINDOW_S", "a minute", "write a whole number"),
        ("FER_NOISE_SCALE", "none", "write a number"),
        ("FER_EMOTION_INFERENCE", "maybe", "write on or off"),
        ("FER_EMAIL_PORT", "smtp", "write a whole number"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(name, value, said, tmp_path):
    environment = os.environ | {"FER_VAR": str(tmp_path), name: value}

    done = manage("check", **environment)

    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith(f"The settings are wrong. {name}")
    assert said in sentence
