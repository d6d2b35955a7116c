"""The documentation as a site: `make docs` (docs/decisions/0033-the-site-is-built-by-sphinx.md)."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

project = "Classmood"
root_doc = "index"
extensions = ["myst_parser"]
myst_heading_anchors = 4
highlight_language = "none"
suppress_warnings = [
    "misc.highlighting_failure"
]  # an example may leave things out: "..."

html_theme = (
    "furo"  # its fonts are the reader's own, its scripts and styles in the site
)
html_title = "Classmood"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False

# A heading, or a page in a list.
LISTED = re.compile(r"^## (.+)$|^- \[([^]]+)\]\(([^)#]+)\.md\)", re.M)
DECISIONS = "\n\n```{toctree}\n:glob:\n\n0*\n```\n"


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_navigation)
    app.connect("html-page-context", level_headings, priority=900)  # after furo's


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Make the list in docs/README.md, which a forge shows as it is, the site's menu."""
    if page == "index":
        source[0] += menu(Path(app.srcdir, "docs", "README.md").read_text())
    elif page == "docs/decisions/README":
        source[0] += DECISIONS


def level_headings(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Say which level the menu's headings have; Sphinx leaves it out, and axe objects."""
    bare, levelled = 'role="heading"', 'role="heading" aria-level="2"'
    name = "furo_navigation_tree"
    context[name] = context[name].replace(bare, levelled)


def menu(listing: str) -> str:
    trees = {"Documentation": ["Overview <docs/README>"]}
    heading = ""
    for named, title, page in LISTED.findall(listing):
        heading = named or heading
        if page:
            trees.setdefault(heading, []).append(f"{title} <docs/{page}>")
    return "".join(
        "\n\n```{toctree}\n:hidden:\n:caption: "
        + caption
        + "\n\n"
        + "\n".join(pages)
        + "\n```\n"
        for caption, pages in trees.items()
    )
