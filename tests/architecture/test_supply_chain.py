"""What is installed and shipped: known by its hash, pinned, named with its licence."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCKS = ("requirements.lock", "requirements-uv.lock")
SIDECAR = "drf-spectacular-sidecar"


def text(name):
    return (ROOT / name).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_package_has_its_hashes_and_no_address(lock):
    pins = re.split(r"\n(?=\S)", text(lock).strip())

    assert all(re.match(r"[a-z0-9-]+==\S+", pin) for pin in pins)
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in text(lock)


def test_npm_packages_have_their_hashes():
    packages = json.loads(text("package-lock.json"))["packages"]

    assert [n for n, p in packages.items() if n and "integrity" not in p] == []


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile"])
def test_nothing_is_installed_past_the_hashes(file):
    whole = text(file).replace("\\\n", " ")
    installs = re.findall(r"pip install .*", whole)

    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


@pytest.mark.parametrize("change", ["another hash", "no pin"])
def test_a_package_that_the_lock_does_not_know_is_refused(change, tmp_path):
    """With the Makefile's own options, and a package of our own."""
    wheel = _wheel(tmp_path, "made-up")
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"made-up==1.0 --hash=sha256:{'0' * 64}\n" * (change != "no pin"))
    [options] = re.findall(r"^UV := \S+ pip install (.*)", text("Makefile"), re.M)
    options = re.sub(r"--python \S+|--quiet|requirements\.lock", "", options).split()

    done = subprocess.run(
        [
            *("uv", "pip", "install", "--no-cache", "--no-index", "--offline"),
            *("--target", tmp_path / "there", "--find-links", wheel.parent),
            *(*options, lock, "made-up"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "ash" in done.stderr  # a hash that is wrong, or missing
    assert not list(tmp_path.glob("there/made_up*"))


def _wheel(folder, name):
    """The smallest package there can be."""
    plain = name.replace("-", "_")
    path = folder / f"{plain}-1.0-py3-none-any.whl"
    about = f"{plain}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


def _jobs():
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text())
        for name, job in workflow["jobs"].items():
            yield pytest.param(workflow, job, id=f"{path.stem}: {name}")


@pytest.mark.parametrize(("workflow", "job"), list(_jobs()))
def test_a_job_has_no_right_but_those_it_names(workflow, job):
    assert workflow["permissions"] == {}
    writes = {k for k, v in job["permissions"].items() if v == "write"}
    pushes = any(step.get("with", {}).get("push") for step in job["steps"])
    assert writes == ({"packages"} if pushes else set())
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is(path):
    used = re.findall(r"uses: (.*)", path.read_text())

    assert [u for u in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[\d.]+", u)] == []


def test_every_base_image_is_pinned_by_its_digest_and_a_bot_renews_it():
    images = re.findall(
        r"^FROM (?:--platform=\S+ )?(\S+:\S+)", text("Dockerfile"), re.M
    )
    services = yaml.safe_load(text("docker-compose.yml"))["services"].values()
    images += [s["image"] for s in services if "FER_IMAGES" not in s["image"]]

    assert len(images) > 4
    assert [
        i for i in images if not re.search(r":\d[\w.-]*@sha256:[0-9a-f]{64}$", i)
    ] == []
    bot = json.loads(text("renovate.json"))["extends"]
    assert {"docker:pinDigests", "helpers:pinGitHubActionDigestsToSemver"} <= set(bot)


def test_what_is_shipped_of_others_is_named_with_its_licence():
    notices = text("THIRD_PARTY_NOTICES.md")
    shipped = json.loads(text("package.json"))["dependencies"]

    assert {name for name in shipped if f"`{name}`" not in notices} == set()
    assert f"`{SIDECAR}`" in notices
    named = set(re.findall(r"from npm's `(\S+)`", notices))
    assert named == set(shipped)


def test_the_licences_of_what_is_bundled_are_shipped_whole():
    """`npm run build` has written them."""
    pinned = json.loads(text("package-lock.json"))["packages"]
    notices = text("static/dist/notices.txt")

    for name in json.loads(text("package.json"))["dependencies"]:
        assert f"{name} {pinned[f'node_modules/{name}']['version']}," in notices
    assert "Apache License" in notices
    assert "Leon Sorokin" in notices
    assert "Lucide" in notices


def test_the_bill_of_materials_lists_what_the_dockerfile_installs():
    images = re.findall(r"^SBOM_(\w+) :=", text("Makefile"), re.M)
    assert images == re.findall(
        r"^FROM (?:base|web) AS (\w+)", text("Dockerfile"), re.M
    )
    for image in images:
        [stage] = re.findall(
            rf"^FROM (?:base|web) AS {image}\n(.*?)(?=^FROM|\Z)",
            text("Dockerfile"),
            re.M | re.S,
        )
        [listed] = re.findall(rf"^SBOM_{image} := (.*)", text("Makefile"), re.M)
        assert re.findall(r"--extra (\w+)", stage) == re.findall(
            r"--extra (\w+)", listed
        )
    release = yaml.safe_load(text(".github/workflows/release.yml"))["jobs"]
    assert {"run": "make sbom"} in release["bill-of-materials"]["steps"]
    assert release["images"]["strategy"]["matrix"]["target"] == images


def test_people_are_told_how_to_report_and_what_is_supported():
    policy = text("SECURITY.md")

    assert "**Supported.**" in policy
    assert "Report a vulnerability" in policy
