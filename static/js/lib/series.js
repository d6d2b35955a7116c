// The minutes of a class, ready to draw and to read. Gaps stay gaps.
import { GROUPS, SHOWN } from "./expressions.js";

/** Known minutes plus newer ones, by index, in order; a newer copy replaces an older one. */
export function mergeMinutes(known, newer) {
  const byIndex = new Map([...known, ...newer].map((minute) => [minute.index, minute]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/** Index of the newest minute, or -1: what to ask for next is everything after it. */
export const lastIndex = (minutes) => minutes.at(-1)?.index ?? -1;

/** The newest minute in which anything was shown, or undefined. */
export const newestWithNumbers = (minutes) =>
  minutes.findLast(({ groups, pulse }) => groups || pulse);

/** "labels" where every minute with numbers shows all seven expressions, "groups" otherwise. */
export function viewOf(minutes) {
  const shown = minutes.filter(({ groups }) => groups);
  return shown.length && shown.every(({ shares }) => shares) ? "labels" : "groups";
}

/** What a stack of these minutes is made of, from its top. */
export const partsOf = (minutes) => (viewOf(minutes) === "labels" ? SHOWN : GROUPS);

/** One slot per minute since the start; null where a minute is missing. Shape (last index + 1). */
export function slots(minutes) {
  const all = new Array(lastIndex(minutes) + 1).fill(null);
  for (const minute of minutes) all[minute.index] = minute;
  return all;
}

/** When the class of these minutes began, in seconds since the Unix epoch, on the server's clock. */
export const beganAt = ([first], windowS) =>
  first ? Date.parse(first.starts_at) / 1000 - first.index * windowS : 0;

/** Runs of neighbouring minutes that the teacher paused or the platform interrupted: {kind, from, to}. */
export function gaps(minutes, statusesOf) {
  const runs = [];
  for (const minute of minutes) {
    const kind = ["paused", "interrupted"].find((why) => statusesOf(minute).includes(why));
    const last = runs.at(-1);
    if (!kind) continue;
    if (last?.kind === kind && last.to === minute.index) last.to += 1;
    else runs.push({ kind, from: minute.index, to: minute.index + 1 });
  }
  return runs;
}

/** [value, low, high] of a value with a half width, held inside bounds; null without a value. */
export function withBand(value, halfWidth, low = 0, high = 1) {
  if (value == null) return null;
  const half = halfWidth ?? 0;
  return [value, Math.max(low, value - half), Math.min(high, value + half)];
}

/** A minute's share of one label, group or tap, or null; labels are in the order of the API. */
export function shareOf(minute, emotions, name) {
  if (name === "answered") return minute?.pulse ? 1 - minute.pulse.no_answer : null;
  return (
    minute?.groups?.[name] ??
    minute?.answers?.[name] ??
    minute?.shares?.[emotions.indexOf(name)] ??
    null
  );
}

/** Half the width of that share's interval, or null. */
export function bandOf(minute, emotions, name) {
  if (name === "answered") return minute?.pulse_band?.no_answer ?? null;
  return (
    minute?.groups_band?.[name] ??
    minute?.answers_band?.[name] ??
    minute?.band?.[emotions.indexOf(name)] ??
    null
  );
}

/** Bottom and top of each part of a stack, parts listed from the bottom up. Shape (parts, 2). */
export function stack(parts) {
  let top = 0;
  return parts.map((part) => [top, (top += part ?? 0)]);
}
