import os
import re
import sys
from typing import Literal

import pytest
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field

from fer_platform.addresses import database_at
from fer_platform.environment.groups import EngineSettings, Mail, SignOn
from fer_platform.environment.kinds import Names
from fer_platform.environment.names import refuse_wrong_names, setting_names
from fer_platform.environment.reading import SettingGroup
from fer_platform.secret_key import make_secret_key
from inference.engine_config import EngineConfig
from tests.starts import manage

GOOD_KEY = "not a default, and long enough for anybody to accept"


class Example(SettingGroup):
    """Settings of each kind"""

    x_switch: bool = Field()
    x_count: int = Field(5, ge=1, le=9)
    x_share: float = Field(0.5, ge=0, le=1)
    x_choice: Literal["a", "b"] = Field("a")
    x_names: Names = Field([])
    x_text: str = Field("none")


@pytest.fixture(autouse=True)
def _the_switch_is_set(monkeypatch):
    monkeypatch.setenv("FER_X_SWITCH", "on")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FER_X_SWITCH", "perhaps", "is 'perhaps'; write on or off."),
        ("FER_X_SWITCH", "", "is not set; write on or off."),
        ("FER_X_COUNT", "10", "is '10'; write a whole number from 1 to 9."),
        ("FER_X_COUNT", "five", "is 'five'; write a whole number from 1 to 9."),
        ("FER_X_COUNT", "²", "is '²'; write a whole number from 1 to 9."),
        ("FER_X_COUNT", "", "is ''; write a whole number from 1 to 9."),
        ("FER_X_SHARE", "nan", "is 'nan'; write a number from 0 to 1."),
        ("FER_X_SHARE", "much", "is 'much'; write a number from 0 to 1."),
        ("FER_X_CHOICE", "c", "is 'c'; write one of a, b."),
    ],
)
def test_a_wrong_value_is_refused_by_the_variables_name(
    monkeypatch, name, value, sentence
):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured) as refused:
        Example.read()

    assert str(refused.value) == f"{name} {sentence}"


def test_right_values_are_typed(monkeypatch):
    monkeypatch.setenv("FER_X_SWITCH", "Off")
    monkeypatch.setenv("FER_X_COUNT", "7")
    monkeypatch.setenv("FER_X_NAMES", "a, b,,")

    read = Example.read()

    assert (read.x_switch, read.x_count, read.x_names) == (False, 7, ["a", "b"])


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("FER_X_TEXT", "from the environment")
    monkeypatch.setenv("FER_X_TEXT_FILE", str(tmp_path / "key"))
    assert Example.read().x_text == "from a file"

    monkeypatch.setenv("FER_X_TEXT_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=r"FER_X_TEXT_FILE names .* No such"):
        Example.read()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"FER_EMAIL_USER": "ada"}, "belong together"),
        ({"FER_EMAIL_PASSWORD": "w0rd-of-ada"}, "belong together"),
        (
            {
                "FER_EMAIL_USER": "ada",
                "FER_EMAIL_PASSWORD": "w0rd-of-ada",
                "FER_EMAIL_HOST": "mail.example",
            },
            "would travel unencrypted",
        ),
        (
            {"FER_EMAIL_USER": "ada", "FER_EMAIL_PASSWORD": "w0rd-öf-ada"},
            "outside ASCII",
        ),
        ({"FER_EMAIL_SECURITY": "ssl"}, "write one of none, starttls, tls"),
    ],
)
def test_a_log_in_at_the_mail_server_is_whole_and_encrypted(
    monkeypatch, given, sentence
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=sentence) as refused:
        Mail.read()

    assert given.get("FER_EMAIL_PASSWORD", "w0rd") not in str(refused.value)


METADATA = "EntityDescriptor IDPSSODescriptor HTTP-Redirect X509Certificate"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"FER_OIDC_ISSUER": "https://a.example"}, "belong together"),
        ({"FER_OIDC_STUDENTS": "on"}, "names no provider"),
        ({"FER_SSO_ROLE_CLAIM": "groups"}, "belong together"),
        ({"FER_SAML_METADATA": "<html/>"}, "is no SAML metadata"),
        ({"FER_SAML_METADATA_FILE": "/nowhere"}, "cannot be read"),
        ({"FER_SAML_KEY": "my key"}, "is no RSA key with its certificate"),
        (
            {
                "FER_SAML_METADATA": METADATA,
                "FER_OIDC_ISSUER": "https://a.example",
                "FER_OIDC_CLIENT_ID": "a",
            },
            "name two providers",
        ),
    ],
)
def test_half_a_sign_on_is_refused_with_a_remedy(monkeypatch, given, sentence):
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        SignOn.read()


def test_saml_without_its_libraries_is_refused_with_a_remedy(monkeypatch):
    monkeypatch.setenv("FER_SAML_METADATA", METADATA)
    assert SignOn.read().saml_metadata == METADATA
    monkeypatch.setitem(sys.modules, "onelogin", None)  # as if it were not installed

    with pytest.raises(ImproperlyConfigured, match="install the extra `saml`"):
        SignOn.read()


@pytest.mark.parametrize(("host", "security"), [("localhost", "none"), ("m", "tls")])
def test_a_password_of_the_mail_server_comes_from_a_file(
    monkeypatch, tmp_path, host, security
):
    (tmp_path / "word").write_text("w0rd-of-ada\n")
    monkeypatch.setenv("FER_EMAIL_USER", "ada")
    monkeypatch.setenv("FER_EMAIL_PASSWORD_FILE", str(tmp_path / "word"))
    monkeypatch.setenv("FER_EMAIL_HOST", host)
    monkeypatch.setenv("FER_EMAIL_SECURITY", security)

    assert Mail.read().email_password == "w0rd-of-ada"


def test_the_environment_chooses_the_engines_parts(monkeypatch, tmp_path):
    monkeypatch.setenv("FER_DETECTOR", "haar")
    monkeypatch.setenv("FER_CLASSIFIER", "float")
    monkeypatch.setenv("FER_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("FER_ARTEFACT", "")

    assert EngineSettings.read().config() == EngineConfig(
        artefact="small", detector="haar", classifier="float", models_dir=tmp_path
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("FER_PATIENCE_S", "FER_PATIENCE_S is called FER_SOCKET_IDLE_TIMEOUT_S now."),
        ("FER_POOL", "FER_POOL is gone: the engine always runs in processes"),
        ("FER_MIN_GRUOP", "FER_MIN_GRUOP is no setting. Write FER_MIN_GROUP."),
    ],
)
def test_a_setting_that_would_be_lost_is_refused_at_start(tmp_path, name, sentence):
    done = production(tmp_path, **{name: "30"})

    assert done.returncode == 1
    assert done.stderr.startswith(f"The settings are wrong. {sentence}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name", [*setting_names(), "FER_REDIS_URL_FILE", "FER_OF_OURS"]
)
def test_a_known_name_and_one_of_somebody_else_are_let_be(name):
    refuse_wrong_names([name])


def test_a_secret_key_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "var" / "secret_key"
    make_secret_key(path)
    key = path.read_text()
    make_secret_key(path)

    assert path.read_text() == key
    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_other_user_of_the_machine_can_read_the_database(tmp_path):
    database = tmp_path / "platform.sqlite3"
    database.touch()
    database.chmod(0o644)  # as in a folder that somebody else has made

    assert production(tmp_path).returncode == 0

    assert database.stat().st_mode & 0o777 == 0o640


def production(tmp_path, *options, **settings):
    """What `manage.py check` says under production settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FER_")}
    given = {
        "DJANGO_SETTINGS_MODULE": "fer_platform.settings.production",
        "FER_VAR": str(tmp_path),
        "FER_SECRET_KEY": GOOD_KEY,
        "FER_EMOTION_INFERENCE": "off",
    }
    return manage("check", *options, **clean | given | settings)


def test_production_starts_with_a_key_and_an_explicit_choice(tmp_path):
    done = production(tmp_path)

    assert done.returncode == 0, done.stderr


def test_production_redirects_to_https_for_a_year_and_keeps_cookies_to_it(tmp_path):
    """Django looks: W004 is HSTS, W008 the redirect, W011 and W016 the cookies."""
    told = production(tmp_path, "--deploy").stderr
    trial = production(tmp_path, "--deploy", FER_HTTPS="off").stderr

    # Other names of the domain are not ours to decide on.
    assert set(re.findall(r"security\.(W\d+)", told)) <= {"W005", "W021"}
    for missing in ("W004", "W008", "W011", "W016"):
        assert missing in trial


@pytest.mark.parametrize(
    ("subdomains", "preload", "left"),
    [("off", "off", {"W005", "W021"}), ("on", "off", {"W021"}), ("on", "on", set())],
)
def test_hsts_binds_other_hosts_of_the_domain_where_the_operator_says_so(
    tmp_path, subdomains, preload, left
):
    decided = {"FER_HSTS_SUBDOMAINS": subdomains, "FER_HSTS_PRELOAD": preload}

    told = production(tmp_path, "--deploy", **decided).stderr

    assert set(re.findall(r"security\.(W\d+)", told)) == left


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"FER_HSTS_SUBDOMAINS": "on", "FER_HTTPS": "off"},
        {"FER_HSTS_SUBDOMAINS": "on", "FER_HSTS_SECONDS": "3600"},
    ],
)
def test_a_preload_that_browsers_would_not_take_is_refused(tmp_path, other):
    done = production(tmp_path, FER_HSTS_PRELOAD="on", **other)

    assert done.returncode != 0
    assert "FER_HSTS_SUBDOMAINS=on" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FER_EMOTION_INFERENCE", ""),
        ("FER_SECRET_KEY", ""),
        ("FER_SECRET_KEY", "short"),
        ("FER_METRICS_TOKEN", "t"),
        ("FER_DEBUG", "on"),
        ("FER_DEMO", "on"),
        ("FER_MIN_GROUP", "1"),
        ("FER_ALLOWED_HOSTS", "*"),
        ("FER_ALLOWED_HOSTS", "class.example.org,*"),
        ("FER_ALLOWED_HOSTS", "https://class.example.org"),
        ("FER_ALLOWED_HOSTS", "class.example.org:443"),
        ("FER_PUBLIC_URL", "class.example.org"),
        ("FER_PUBLIC_URL", "https://example.org/class"),
        ("FER_PUBLIC_URL", "https://me@class.example.org"),
        ("FER_PUBLIC_URL", "https://*"),
        ("FER_PUBLIC_URL", "https://*.example.org"),
        ("FER_PUBLIC_URL", "https://.example.org"),
        ("FER_PUBLIC_URL", "ftp://class.example.org"),
        ("FER_PUBLIC_URL", "https://class.example.org:port"),
        ("FER_FRAME_ORIGINS", "*"),
        ("FER_FRAME_ORIGINS", "https://*"),
        ("FER_FRAME_ORIGINS", "https://*.example.org"),
        ("FER_FRAME_ORIGINS", "https://meet.example.org,*"),
        ("FER_FRAME_ORIGINS", "https:"),
        ("FER_FRAME_ORIGINS", "'self'"),
        ("FER_FRAME_ORIGINS", "meet.example.org"),
        ("FER_FRAME_ORIGINS", "https://meet.example.org/room"),
        ("FER_FRAME_ORIGINS", "https://meet.example.org; script-src"),
        ("FER_FRAME_ORIGINS", "https://meet.example.org script-src"),
        ("FER_FRAME_ORIGINS", "http://meet.example.org"),
        ("FER_WINDOW_S", "10"),
        ("FER_WINDOW_S", "59"),
        ("FER_NOISE_SCALE", "0.01"),
        ("FER_NOISE_SCALE", "nan"),
    ],
)
def test_production_refuses_and_names_the_variable(tmp_path, name, value):
    done = production(tmp_path, **{name: value})

    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demos_known_key_serves_nothing_but_the_demo(tmp_path):
    demo = {"DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo"}
    strict = {"FER_MIN_GROUP": "5", "FER_NOISE_SCALE": "1", "FER_WINDOW_S": "60"}

    done = production(tmp_path, **demo, **strict, FER_DEMO="off")

    assert done.returncode != 0
    assert "FER_DEMO" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address",
    ["https://class.example.org", "https://class.example.org:8443/", "https://[::1]"],
)
def test_a_public_address_is_enough_to_name_the_site(tmp_path, address):
    done = production(tmp_path, FER_PUBLIC_URL=address)

    assert done.returncode == 0, done.stderr


def test_sites_that_may_show_panels_are_named_one_by_one(tmp_path):
    sites = "https://meet.example.org, https://lms.example.org:8443/"

    done = production(tmp_path, FER_FRAME_ORIGINS=sites)

    assert done.returncode == 0, done.stderr


PASSWORD = "correct-horse"
DATABASE = f"postgresql://fer:{PASSWORD}@db.example:5433/classes?sslmode=require"
CLUSTER = {
    "FER_DATABASE_URL": DATABASE,
    "FER_REDIS_URL": f"redis://:{PASSWORD}@redis.example/0",
    "FER_LIVE_REDIS_URL": f"redis://:{PASSWORD}@live.example/0",
}


@pytest.mark.parametrize("settings", [CLUSTER, {"FER_DATABASE_URL": DATABASE}])
def test_production_starts_on_a_whole_cluster_or_on_postgresql_alone(
    tmp_path, settings
):
    done = production(tmp_path, **settings)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"FER_DATABASE_URL": ""}, "set FER_DATABASE_URL, too"),
        ({"FER_LIVE_REDIS_URL": ""}, "FER_LIVE_REDIS_URL go together"),
        ({"FER_REDIS_URL": ""}, "FER_LIVE_REDIS_URL go together"),
        (
            {"FER_LIVE_REDIS_URL": CLUSTER["FER_REDIS_URL"]},
            "needs a Redis of its own",
        ),
        (
            {"FER_DATABASE_URL": f"mysql://fer:{PASSWORD}@db.example/classes"},
            "FER_DATABASE_URL is no address of the form postgresql://",
        ),
        (
            {"FER_DATABASE_URL": f"postgresql://fer:{PASSWORD}@db.example"},
            "FER_DATABASE_URL is no address of the form postgresql://",
        ),
        (
            {"FER_REDIS_URL": f"redis://:{PASSWORD}@redis.example:many/0"},
            "FER_REDIS_URL is no address of the form redis://",
        ),
        ({"FER_LIVE_REDIS_URL": f":{PASSWORD}@live"}, "FER_LIVE_REDIS_URL is no"),
        ({"FER_REDIS_URL_FILE": "/nowhere/redis"}, "FER_REDIS_URL_FILE"),
    ],
)
def test_production_refuses_half_a_cluster_in_one_sentence_without_password(
    tmp_path, changed, sentence
):
    done = production(tmp_path, **CLUSTER | changed)

    assert done.returncode != 0
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert PASSWORD not in done.stderr


def test_an_address_becomes_a_pooled_database():
    database = database_at("postgresql://fer%40x:p%2Fw@db:5433/classes?sslmode=require")

    assert {k: database[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "classes",
        "USER": "fer@x",
        "PASSWORD": "p/w",
        "HOST": "db",
        "PORT": 5433,
    }
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["pool"]["max_size"] == 8
