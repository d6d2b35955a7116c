// Numbers as words that a teacher reads at a glance.
import { fill, gettext, language, timeFormat } from "./i18n.js";

/** 0.35 -> "35 %". Nothing to show -> "–". */
export const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);

/** Half a width of an interval: 0.12 -> "± 12". */
export const plusMinus = (band) => (band == null ? "" : `± ${Math.round(band * 100)}`);

/** Signed, two digits: 0.4 -> "+0.40", with a real minus sign. */
export function signed(value) {
  if (value == null) return "–";
  return twoDigits(value, { signDisplay: "exceptZero" }).replace("-", "−");
}

/** 0.4 -> "0.40". */
export function twoDigits(value, style = {}) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(language(), { ...style, ...digits }).format(value);
}

/** Seconds since the start as m:ss, or h:mm:ss from an hour on. */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** A moment on the reader's clock: "10:42", or "10:42:30" where minutes are shorter than that. */
export const clockTime = (at, withSeconds = false) =>
  timeFormat({ timeStyle: withSeconds ? "medium" : "short" }).format(new Date(at));

/** When a minute began, on the reader's clock. */
export const startTime = (startsAt, lastsS) => clockTime(startsAt, lastsS < 60);

/** When a minute ended, on the reader's clock. */
export const endTime = (startsAt, lastedS) =>
  clockTime(Date.parse(startsAt) + lastedS * 1000, lastedS < 60);

/** How much of the class stands behind the numbers. */
export const coverageWord = (coverage) =>
  ({
    few: gettext("Few of the students"),
    half: gettext("About half of the students"),
    most: gettext("Most of the students"),
  })[coverage] ?? gettext("Not shown");

/** About how many joined, as roughly as the server tells; null where it does not tell. */
export const joinedWord = (joined) =>
  joined == null ? "–" : joined === 0 ? gettext("few or none") : roughly(joined);

/** About how many counted in the last minute; null where too few did. */
export const countedWord = (counted) =>
  counted == null ? gettext("too few to show") : roughly(counted);

const roughly = (n) => fill(gettext("roughly %(n)s or more"), { n });
