"""docker-compose.yml, its images and its native twin, without a Docker engine."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fer_platform.local_cluster import COMPOSE, ONCE, PROFILE, LocalCluster

ROOT = Path(__file__).resolve().parents[2]
FILE = yaml.safe_load(COMPOSE.read_text())
SERVICES = FILE["services"]
OURS = {name for name, service in SERVICES.items() if "classmood" in service["image"]}
LARGE = {name for name, service in SERVICES.items() if PROFILE in service["profiles"]}
SINGLE = "classmood"  # the one service of the small profile, beside the proxy


@pytest.fixture
def cluster(tmp_path):
    return LocalCluster(tmp_path, port=8000)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("compose-spec", [COMPOSE]),
        ("github-workflows", sorted((ROOT / ".github" / "workflows").glob("*.yml"))),
    ],
)
def test_the_file_follows_its_schema(schema, files):
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*check, f"vendor.{schema}", *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_bounds_and_may_write_nowhere_else(name):
    service = SERVICES[name]

    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["ulimits"] == {"core": 0}  # memory, and the frames in it
    assert name == ONCE or service["restart"] == "unless-stopped"
    assert name == ONCE or "test" in service["healthcheck"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root(name):
    """Ours say so in their images, the others here."""
    images = (ROOT / "Dockerfile").read_text()
    targets = re.split(r"^FROM (?:base|web) AS ", images, flags=re.M)[1:]

    assert len(targets) == 3
    assert [re.findall(r"^USER (.*)", target, re.M)[-1:] for target in targets] == [
        ["classmood"]
    ] * 3
    assert name in OURS or SERVICES[name]["user"] not in {"", "root", "0"}


def test_only_the_proxy_can_be_reached_and_only_data_has_a_volume():
    assert [name for name, service in SERVICES.items() if "ports" in service] == [
        "proxy"
    ]
    assert FILE["networks"]["inside"] == {"internal": True}
    ways_out = {
        name: {*service["networks"]} - {"inside"} for name, service in SERVICES.items()
    }
    assert {name: ways for name, ways in ways_out.items() if ways} == {
        "proxy": {"outside"},
        # The school's sign-on, learning platforms' keys, a mail server, webhooks.
        **{name: {"outwards"} for name in ("web-1", "web-2", "housekeeper", SINGLE)},
    }
    assert set(FILE["volumes"]) == {"data", "database", "proxy-data"}


def test_no_secret_stands_in_the_file():
    assert all(set(secret) == {"file"} for secret in FILE["secrets"].values())
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            assert key.endswith("_FILE") or not re.search("password|key", key.lower())
            assert "@" not in str(value)


def test_an_image_starts_by_itself_what_the_file_starts():
    text = (ROOT / "Dockerfile").read_text()
    commands = [json.loads(found) for found in re.findall(r"^CMD (.*)$", text, re.M)]

    *cluster, single = commands
    assert cluster == [SERVICES["web-1"]["command"], SERVICES["inference"]["command"]]
    assert SERVICES[SINGLE]["command"] == [*single, "--behind-proxy"]


def test_each_profile_has_what_its_services_stand_on():
    """A service that is needed and not there would refuse `docker compose up`."""
    for name, service in SERVICES.items():
        waits_for = service.get("depends_on", {})
        for needed, how in waits_for.items():
            missing = {*service["profiles"]} - {*SERVICES[needed]["profiles"]}
            assert not missing or how.get("required") is False, (name, needed)

    assert {n for n, s in SERVICES.items() if "small" in s["profiles"]} == {
        "proxy",
        SINGLE,
    }
    assert set(SERVICES) == LARGE | {SINGLE}


def test_what_the_single_image_keeps_lies_in_the_volume_and_its_files_do_not():
    text = (ROOT / "Dockerfile").read_text()
    folder = re.search(r"FER_VAR=(\S+)", text)[1]

    assert SERVICES[SINGLE]["volumes"] == [f"data:{folder}"]
    assert re.search(r"FER_SECRET_KEY_FILE=(\S+)", text)[1].startswith(f"{folder}/")
    assert not re.search(r"FER_STATIC_ROOT=(\S+)", text)[1].startswith(folder)


def test_the_web_image_brings_no_model_library():
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.M)
    web = next(stage for stage in stages if stage.startswith("base AS web"))

    assert set(re.findall(r"--extra (\w+)", web)) == {"web", "cluster", "saml"}


def test_every_service_runs_natively_as_often_as_the_file_says(cluster):
    names = [program.name for program in cluster.programs()]

    assert len(names) == len(set(names))
    assert {"web-1", "web-2", "inference-1", "inference-2", "beat", "proxy"} <= set(
        names
    )
    assert (
        len(names) == len(LARGE) - 1 + 1
    )  # without the one that ends; a second worker


@pytest.mark.parametrize("name", sorted(OURS & LARGE))
def test_a_native_process_is_started_by_the_files_own_command(name, cluster):
    """But for addresses and names of machines, which are this machine's."""
    declared = SERVICES[name]["command"]
    native = cluster.program(name).command

    assert len(native) == len(declared)
    differing = {a: b for a, b in zip(declared, native, strict=True) if a != b}
    assert set(differing) <= {
        "0.0.0.0",
        "8000",
        "inference@%h",
        "default@%h",
    }


def test_native_processes_know_no_containers_name_or_secret_place(cluster):
    cluster.write()
    text = cluster.config.read_text()

    assert "live-redis:6379" not in text
    assert "/run/secrets" not in text
    assert "${" not in text
    assert str(cluster.ports["live-redis"]) in text


def test_the_callers_variables_win(tmp_path):
    chosen = {"FER_MIN_GROUP": "5", "FER_EMOTION_INFERENCE": "off"}
    web = LocalCluster(tmp_path, port=8000, variables=chosen).program("web-1")

    assert chosen.items() <= web.environment.items()


def test_both_redis_ask_for_a_password_that_no_command_line_shows():
    for name in ("redis", "live-redis"):
        assert SERVICES[name]["command"][1] == "/run/secrets/redis_config"
        assert SERVICES[name]["secrets"] == ["redis_config"]
        assert "/run/secrets/redis_config" in SERVICES[name]["healthcheck"]["test"][1]
        assert "requirepass" not in str(SERVICES[name]["command"])


def test_the_guide_names_no_secret_that_the_web_processes_lack():
    guide = (ROOT / "docs" / "operations.md").read_text()
    named = set(re.findall(r"FER_\w+_FILE=/run/secrets/(\w+)", guide))

    assert named == {"oidc_client_secret", "saml_metadata", "saml_key"}
    for name in ("web-1", "web-2", "housekeeper", "migrate"):
        assert named <= {*SERVICES[name]["secrets"]}


def test_the_operators_guide_makes_every_secret_of_the_file(tmp_path):
    guide = (ROOT / "docs" / "operations.md").read_text()
    [commands] = re.findall(
        r"```\n(mkdir -m 700 secrets\n.*?)\ncat > \.env", guide, re.S
    )
    subprocess.run(["bash", "-euc", commands], cwd=tmp_path, check=True)

    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    assert {f"./secrets/{name}" for name in made} == {
        secret["file"] for secret in FILE["secrets"].values()
    }
    password = made["redis_config"].split()[1]
    for name, host in (("redis_url", "redis"), ("live_redis_url", "live-redis")):
        assert made[name].strip() == f"redis://:{password}@{host}:6379/0"
