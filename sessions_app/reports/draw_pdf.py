"""Draw one report: its content as JSON on standard input, the PDF on standard output.

Its arguments are the paper and the priority. Runs as a process of its own (reports/pdf.py), with no settings, database or secret. What
people typed reaches the template as data: it can never become markup. The template names no
package, so nothing is fetched.
"""

import contextlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

_TEMPLATE = Path(__file__).with_name("report.typ")
PAPERS = {"a4": "a4", "letter": "us-letter"}  # a setting's word, and Typst's
IDLE, NICE = "idle", "nice"  # priorities
_NICENESS = 10  # a report can wait, a frame cannot


def draw(content: str, paper: str) -> bytes:
    """A tagged PDF, of PDF/UA where the fonts have every letter.

    That standard refuses a document with a letter that no font can draw, an emoji in a
    title for example. Such a report is tagged all the same; the letter is an empty box.
    Fonts of the system stand in for those of the packages where there are any.

    Args:
        content: JSON of `reports.content.report_content`.
        paper: A key of `PAPERS`.

    Raises:
        typst.TypstError: If the template does not fit the content.
    """
    import typst  # noqa: PLC0415 -- at the priority that `main` has set

    try:
        return _compiled(content, paper, "ua-1")
    except typst.TypstError as error:
        if "could not be displayed with" not in str(error):
            raise
    return _compiled(content, paper, "1.7")


def _compiled(content: str, paper: str, standard: Literal["ua-1", "1.7"]) -> bytes:
    import typst  # noqa: PLC0415 -- as above

    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        format="pdf",
        pdf_standards=standard,
        font_paths=_fonts(),
        sys_inputs={"content": content, "paper": PAPERS[paper]},
    )


def _fonts() -> list[Path]:
    """Beside Typst's own, for the languages that those cannot write."""
    names = ("fontpkg_noto_sans_arabic", "fontpkg_noto_sans_devanagari")
    found = [spec.origin for spec in map(find_spec, names) if spec and spec.origin]
    return [Path(origin).with_name("files") for origin in found]


def _let_others_go_first(priority: str) -> None:
    """Idle means only where no other process wants the processor.

    The engine is as nice as this, and would share it evenly otherwise.
    """
    os.nice(_NICENESS)
    if priority == IDLE and hasattr(os, "SCHED_IDLE"):  # Linux alone has it
        with contextlib.suppress(OSError):  # a sandbox may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def main() -> None:
    [_name, paper, priority] = sys.argv
    _let_others_go_first(priority)
    content = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(draw(content, paper))


if __name__ == "__main__":
    main()
