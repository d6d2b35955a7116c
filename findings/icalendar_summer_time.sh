#!/usr/bin/env bash
# icalendar's generated VTIMEZONE says that summer time begins at 03:00, on the clock of
# before: an hour late. RFC 5545 (3.6.5) has the onset on the clock of TZOFFSETFROM, so in
# Berlin it is 02:00+0100. A reader that knows no time zones and takes the file at its word
# is an hour off in that one hour of the year, and right in all others. Run it; it ends
# with a status other than 0 where icalendar does otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.2 tzdata==2026.6
"$folder/venv/bin/python" - <<'PYTHON'
import datetime as dt
import sys
from zoneinfo import ZoneInfo

import icalendar
from icalendar import Timezone

BERLIN = ZoneInfo("Europe/Berlin")
ONSET = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)  # by the tz database
before, after = (
    (ONSET + dt.timedelta(seconds=s)).astimezone(BERLIN).utcoffset() for s in (-1, 0)
)
assert (before, after) == (dt.timedelta(hours=1), dt.timedelta(hours=2))

zone = Timezone.from_tzid(
    "Europe/Berlin", first_date=dt.date(2026, 1, 1), last_date=dt.date(2026, 12, 31)
)
found = {}
for part in zone.subcomponents:
    rdate = part.get("RDATE", [])
    dates = [each.dt for each in getattr(rdate, "dts", [])] + [part["DTSTART"].dt]
    for local in dates:
        said = local.replace(tzinfo=dt.timezone(part["TZOFFSETFROM"].td))
        if local.year == 2026 and 2 < local.month < 11:
            found[part.name] = said.astimezone(dt.UTC)

print(f"icalendar {icalendar.__version__}: summer time begins {found.get('DAYLIGHT')}")
print(f"icalendar {icalendar.__version__}: summer time ends {found.get('STANDARD')}")
sys.exit(
    found
    != {
        "DAYLIGHT": ONSET + dt.timedelta(hours=1),  # late
        "STANDARD": dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC),  # right
    }
)
PYTHON
