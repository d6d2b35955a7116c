#!/usr/bin/env bash
# Babel's list style "unit" ("a, b, c") works in English and French, and fails with a KeyError
# in German, Spanish and Hindi, whose data in Babel lack parts of that pattern. "standard"
# ("a, b and c") works in all. Run it; it ends with a status other than 0 where Babel does
# otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet babel==2.19.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import babel
from babel.lists import format_list


def said(language, style):
    try:
        return format_list(["a", "b", "c"], style=style, locale=language)
    except KeyError as error:
        return f"KeyError: {error}"


seen = {
    (language, style): said(language, style)
    for language in ("en_GB", "fr", "de", "es", "hi")
    for style in ("unit", "standard")
}
for (language, style), text in seen.items():
    print(f"Babel {babel.__version__}, {language}, {style}: {text}")
failed = {language for (language, style), text in seen.items() if "KeyError" in text}
fails = {style for (language, style), text in seen.items() if "KeyError" in text}
sys.exit((failed, fails) != ({"de", "es", "hi"}, {"unit"}))
PYTHON
