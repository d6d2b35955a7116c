"""Import modules as an image does: with the packages of its groups and no others.

python -m tests.architecture.image_packages GROUP,GROUP... MODULE...
"""

import importlib
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
OWN = {"fer_platform", "sessions_app", "inference", "tests"}


def installed_by(groups: Iterable[str]) -> set[str]:
    """Names of all packages that the groups of pyproject.toml bring along."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [
        Requirement(text)
        for group in groups
        for text in declared["optional-dependencies"][group]
    ]
    seen: set[tuple[str, str]] = set()
    while waiting:
        needed = waiting.pop()
        for extra in {"", *needed.extras}:
            if (key := (_plain(needed.name), extra)) not in seen:
                seen.add(key)
                waiting += _needed_by(needed.name, extra)
    return {name for name, _ in seen}


def _needed_by(name: str, extra: str) -> list[Requirement]:
    try:
        found = [Requirement(text) for text in requires(name) or ()]
    except PackageNotFoundError:
        return []
    return [r for r in found if r.marker is None or r.marker.evaluate({"extra": extra})]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class _NotInTheImage:
    """Finds nothing, and stops the search for what the image has not."""

    def __init__(self, present: set[str]) -> None:
        self._absent = {
            module
            for module, packages in packages_distributions().items()
            if not {_plain(package) for package in packages} & present
        } - OWN

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in self._absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main(groups: str, *modules: str) -> None:
    for name in [n for n in sys.modules if n.partition(".")[0] == "packaging"]:
        del sys.modules[name]
    sys.meta_path.insert(0, _NotInTheImage(installed_by(groups.split(","))))
    for module in modules:
        importlib.import_module(module)


if __name__ == "__main__":
    main(*sys.argv[1:])
