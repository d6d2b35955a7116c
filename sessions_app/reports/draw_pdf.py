"""Draw one report: its content as JSON on standard input, the PDF on standard output.

Its one argument is the paper. Runs as a process of its own (reports/pdf.py), with no settings, database or secret. What
people typed reaches the template as data: it can never become markup. The template names no
package, so nothing is fetched.
"""

import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Literal

import typst

_TEMPLATE = Path(__file__).with_name("report.typ")
PAPERS = {"a4": "a4", "letter": "us-letter"}  # a setting's word, and Typst's
_FONTS = [  # beside typst's own, for the languages that those cannot write
    Path(str(files(package) / "files"))
    for package in ("fontpkg_noto_sans_arabic", "fontpkg_noto_sans_devanagari")
]
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
    try:
        return _compiled(content, paper, "ua-1")
    except typst.TypstError as error:
        if "could not be displayed with" not in str(error):
            raise
    return _compiled(content, paper, "1.7")


def _compiled(content: str, paper: str, standard: Literal["ua-1", "1.7"]) -> bytes:
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        format="pdf",
        pdf_standards=standard,
        font_paths=_FONTS,
        sys_inputs={"content": content, "paper": PAPERS[paper]},
    )


def main() -> None:
    os.nice(_NICENESS)
    content = sys.stdin.buffer.read().decode()
    [_name, paper] = sys.argv
    sys.stdout.buffer.write(draw(content, paper))


if __name__ == "__main__":
    main()
