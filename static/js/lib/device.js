// Which device and browser this is, as far as the steps to unblock a camera differ.

const SYSTEMS = [
  ["ios", /iPhone|iPad|iPod/],
  ["android", /Android/],
  ["windows", /Windows/],
  ["mac", /Macintosh/],
];
const BROWSERS = [
  ["firefox", /Firefox|FxiOS/],
  ["chrome", /Chrome|Chromium|CriOS|EdgiOS/], // and what is built on it
  ["safari", /Safari/],
];

/** {system, browser}, each "other" where unknown. An iPad calls itself a Macintosh, but has fingers on it. */
export function deviceOf({ userAgent = "", maxTouchPoints = 0 } = {}) {
  const first = (known) => known.find(([, sign]) => sign.test(userAgent))?.[0] ?? "other";
  const system = first(SYSTEMS);
  const touched = system === "mac" && maxTouchPoints > 1;
  return { system: touched ? "ios" : system, browser: first(BROWSERS) };
}
