// Times that the server wrote, on the reader's own clock.
import { timeFormat, timeZone } from "./i18n.js";

const SHOWN_OF_TIME = {
  "": { dateStyle: "medium", timeStyle: "short" },
  day: { dateStyle: "medium" },
  time: { timeStyle: "short" },
};

const WITH_SECONDS = { timeStyle: "medium" };
const OFFSET = /([+-])(\d\d):(\d\d)$/;

/**
 * Every <time data-local> inside `root`; with seconds where minutes are shorter than one
 * (data-window-s). What the server wrote on the reader's clock is right: a browser takes 10 ms to
 * write its first time, before which nothing would be drawn.
 */
export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    if (isOnReadersClock(time.dateTime)) continue;
    const { local } = time.dataset;
    const short = local === "time" && time.closest("[data-window-s]")?.dataset.windowS < 60;
    const format = timeFormat(short ? WITH_SECONDS : SHOWN_OF_TIME[local]);
    time.textContent = format.format(new Date(time.dateTime));
  }
}

/** Whether a moment that the server wrote ("2026-11-30T10:32:00+01:00") needs no other clock. */
export function isOnReadersClock(written) {
  if (timeZone()) return true; // which the server knows
  const [, sign, hours, minutes] = written.match(OFFSET) ?? [];
  const aheadOfUtc = Number(`${sign}${60 * hours + Number(minutes)}`);
  return aheadOfUtc === -new Date(written).getTimezoneOffset();
}
