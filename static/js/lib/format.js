// Numbers as words that a teacher reads at a glance.

/** 0.35 -> "35 %". Nothing to show -> "–". */
export const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);

/** Half a width of an interval: 0.12 -> "± 12". */
export const plusMinus = (band) => (band == null ? "" : `± ${Math.round(band * 100)}`);

/** Signed, two digits: 0.4 -> "+0.40", with a real minus sign. */
export function signed(value) {
  if (value == null) return "–";
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

/** Seconds since the start as m:ss, or h:mm:ss from an hour on. */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** How old the newest reading is. */
export function age(seconds) {
  if (seconds == null) return "none yet";
  if (seconds < 1.5) return "just now";
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  return `${Math.round(seconds / 60)} min ago`;
}

/** How much of the class stands behind the numbers. */
export const coverageWord = (coverage) =>
  ({ few: "A few of those here", half: "About half of those here", most: "Most of those here" })[
    coverage
  ] ?? "Not shown";

/** How many others take part, as coarse as the server tells. */
export const othersWord = (others) =>
  ({ under_5: "under 5", "5_to_9": "5 to 9", "10_or_more": "10 or more" })[others] ??
  "not known yet";
