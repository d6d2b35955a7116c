#!/usr/bin/env bash
# Typst refuses a whole document of PDF/UA for one letter that no font can draw: one Chinese
# word in a lesson's title is enough where the system has no such font. Without that standard it draws an empty box, tags the file all the same,
# and the letter is lost for readers, too. Run it; it ends with a status other than 0 where Typst does
# otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet typst==0.15.2 pypdf==7.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import typst
from pypdf import PdfReader

PAGE = '#set document(title: "T")\n= A lesson \u8bfe'.encode()


def drawn(standard):
    return typst.compile(PAGE, ignore_system_fonts=True, pdf_standards=standard)


try:
    drawn("ua-1")
    refused = ""
except typst.TypstError as error:
    refused = str(error)
reader = PdfReader(io.BytesIO(drawn("1.7")))
tagged = bool(reader.trailer["/Root"]["/MarkInfo"]["/Marked"])
text = reader.pages[0].extract_text()
print(f"PDF/UA: {refused or 'drawn'}\nPDF 1.7: tagged {tagged}, text {text!r}")
sys.exit(not ("could not be displayed" in refused and tagged and "\u8bfe" not in text))
PYTHON
