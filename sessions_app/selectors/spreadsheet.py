"""Tables as files that a spreadsheet reads, in which what people typed stays text."""

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What people typed stays text, and is neither formula nor link.
_AS_TYPED = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}
_WORDS_WIDE = 28  # characters of a column
_NO_DAY = dt.datetime(1980, 1, 1)  # noqa: DTZ001 -- the same export is the same file
# A spreadsheet takes a cell that begins like this for a formula and runs it. Where commas
# are for decimals it begins a new cell at each semicolon, whatever stands in quotes.
_FORMULA = re.compile(r"(\A|;)(?=[=+\-@\t\r\n])")

Table = Sequence[Sequence[Any]]  # rows of cells; the first one is the heading


def csv_of(table: Iterable[Sequence[Any]]) -> str:
    """A table as CSV (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # ends lines with CRLF and doubles quotes
    writer.writerows(map(_safe, row) for row in table)
    return text.getvalue()


def workbook_of(sheets: Mapping[str, Table], of_words: Collection[str] = ()) -> bytes:
    """Tables as an Excel workbook, by the names of their sheets.

    Args:
        sheets: In order.
        of_words: Names of those that are sentences, without a heading.

    Excel cuts a CSV by the region's separator and reads its numbers by the region's
    decimal sign; in a workbook every cell has its type.
    """
    file = io.BytesIO()
    with Workbook(file, _AS_TYPED) as book:
        book.set_properties({"created": _NO_DAY})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
            if name in of_words:
                sheet.set_column(0, 2, _WORDS_WIDE)
            else:
                sheet.freeze_panes(1, 0)
                sheet.autofit()
    return file.getvalue()


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet shows as text; numbers may begin with a minus."""
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
