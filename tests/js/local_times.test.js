import assert from "node:assert/strict";
import { test } from "node:test";

import { isOnReadersClock } from "../../static/js/lib/local_times.js";

function inZone(name, check) {
  const zone = process.env.TZ;
  process.env.TZ = name;
  try {
    return check();
  } finally {
    process.env.TZ = zone ?? "";
  }
}

test("a moment is on the reader's clock where both are as far from UTC then", () => {
  const told = inZone("Europe/Berlin", () =>
    [
      "2026-11-30T10:32:00+01:00",
      "2026-07-30T10:32:00.123456+02:00",
      "2026-07-30T10:32:00+01:00", // of winter
      "2026-11-30T09:32:00+00:00",
      "2026-11-30T09:32:00Z",
    ].map(isOnReadersClock),
  );

  assert.deepEqual(told, [true, true, false, false, false]);
});

test("west of Greenwich, and on half hours, too", () => {
  const west = inZone("America/St_Johns", () => isOnReadersClock("2026-11-30T10:32:00-03:30"));
  const utc = inZone("UTC", () => isOnReadersClock("2026-11-30T10:32:00+00:00"));

  assert.deepEqual([west, utc], [true, true]);
});

test("a zone that was chosen is one that the server wrote in", () => {
  globalThis.document = { documentElement: { dataset: { timeZone: "Asia/Tokyo" } } };
  try {
    assert.equal(
      inZone("Europe/Berlin", () => isOnReadersClock("2026-11-30T10:32:00+09:00")),
      true,
    );
  } finally {
    delete globalThis.document;
  }
});
