// The minutes of a class as columns to draw and rows to read. Gaps stay gaps.

/** Known minutes plus newer ones, by index, in order; a newer copy replaces an older one. */
export function mergeMinutes(known, newer) {
  const byIndex = new Map([...known, ...newer].map((minute) => [minute.index, minute]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/** Index of the newest minute, or -1: what to ask for next is everything after it. */
export const lastIndex = (minutes) => minutes.at(-1)?.index ?? -1;

/** One slot per minute since the start; null where a minute is missing. Shape (last index + 1). */
export function slots(minutes) {
  const all = new Array(lastIndex(minutes) + 1).fill(null);
  for (const minute of minutes) all[minute.index] = minute;
  return all;
}

/**
 * Columns for a chart: [xs, ys...]. x is the middle of each minute in seconds since the start;
 * `pick(minute)` returns the ys of one minute, or null for a gap.
 */
export function toColumns(minutes, windowS, width, pick) {
  const rows = slots(minutes).map((minute) => (minute && pick(minute)) || new Array(width).fill(null));
  const xs = rows.map((_, i) => (i + 0.5) * windowS);
  return [xs, ...Array.from({ length: width }, (_, k) => rows.map((row) => row[k] ?? null))];
}

/** [value, low, high] of a value with a half width, held inside bounds; null without a value. */
export function withBand(value, halfWidth, low = 0, high = 1) {
  if (value == null) return null;
  const half = halfWidth ?? 0;
  return [value, Math.max(low, value - half), Math.min(high, value + half)];
}

/** A minute's share of one label, or null; labels are in the order of the API. */
export const shareOf = (minute, emotions, label) => minute?.shares?.[emotions.indexOf(label)] ?? null;
export const bandOf = (minute, emotions, label) => minute?.band?.[emotions.indexOf(label)] ?? null;

/** Bottom and top of each part of a stack, parts listed from the bottom up. Shape (parts, 2). */
export function stack(parts) {
  let top = 0;
  return parts.map((part) => [top, (top += part ?? 0)]);
}
