"""The table of docs/settings.md: `python -m fer_platform.environment.table FILE`.

The table replaces what stands between the markers of the file; without one it is printed.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from fer_platform.environment import variants
from fer_platform.environment.kinds import Unit, bounds_of, note_of, values_of
from fer_platform.environment.names import GROUPS
from fer_platform.environment.reading import ROOT, SettingGroup, setting_name

_BEGIN, _END = "<!-- settings -->", "<!-- end of the settings -->"
_DIFFERING: dict[str, tuple[type[SettingGroup], ...]] = {
    "demo": (variants.DemoPrivacy,),
    "production": (
        *(variants.ProductionPrivacy, variants.ProductionMail),
        variants.ProductionLogs,
    ),
}


def table() -> str:
    """All settings in Markdown, a table for each group."""
    return "\n".join(line for group in GROUPS for line in _rows(group)).strip()


def filled_in(page: str) -> str:
    """A page with the table between its markers.

    Raises:
        ValueError: If the page lacks them.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"The page lacks the lines {_BEGIN} and {_END}.")
    return f"{before}{begin}\n{table()}\n\n{end}{after}"


def _rows(group: type[SettingGroup]) -> Iterator[str]:
    yield f"\n## {_linked(group.__doc__ or '')}\n"
    yield "| setting | default | values | meaning |"
    yield "|---|---|---|---|"
    for name, field in group.model_fields.items():
        cells = (
            f"`{setting_name(name)}`",
            _everywhere(group, name, lambda each: _written(each.default)),
            _everywhere(group, name, _values),
            _linked(field.description or ""),
        )
        yield f"| {' | '.join(cells)} |"


def _everywhere(
    group: type[SettingGroup], name: str, said: Callable[[FieldInfo], str]
) -> str:
    """What is said of a setting, and what else in the demo and in production."""
    usual = said(group.model_fields[name])
    others = {
        place: said(variant.model_fields[name])
        for place, several in _DIFFERING.items()
        for variant in several
        if issubclass(variant, group)
    }
    differing = (f"; {p}: {other}" for p, other in others.items() if other != usual)
    return usual + "".join(differing)


def _written(default: Any) -> str:
    """A default as one would write it."""
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    if isinstance(default, list):
        default = ",".join(default)
    if default in {"", PydanticUndefined}:
        return "none"
    return f"`{str(default).removeprefix(f'{ROOT}/').removesuffix('.0')}`"


def _values(field: FieldInfo) -> str:
    unit = note_of(field, Unit)
    values = bounds_of(field) or values_of(field)
    return f"{values} {unit.name}" if unit else values


def _linked(text: str) -> str:
    """Names of our pages as links."""
    return re.sub(r"\bdocs/(\w+)\.md", r"[\1](\1.md)", text)


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stdout.write(f"{table()}\n")
    for file in map(Path, arguments):
        file.write_text(filled_in(file.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
