// What is drawn inside a chart: stacks of shares, lines with a band, minutes without numbers.
import { colourName } from "../lib/expressions.js";
import { gettext } from "../lib/i18n.js";
import { gaps, stack, withBand } from "../lib/series.js";
import { tile } from "./textures.js";
import { colour, font } from "./theme.js";

/** One column per minute, its parts on top of each other; `valuesOf(minute)` is {label: share} or null. */
export function drawStacks(frame, labelsFromTop, valuesOf) {
  const { context, minutes, column, y, ratio, statusOf } = frame;
  const labels = labelsFromTop.toReversed();
  const fills = labels.map((label) => context.createPattern(tile(label, ratio), "repeat"));
  minutes.forEach((minute, index) => {
    if (!minute) return;
    const values = valuesOf(minute);
    if (!values) return void (statusOf(minute) === "too_few" && drawHidden(frame, index));
    const [left, right] = column(index);
    stack(labels.map((label) => values[label])).forEach(([low, high], part) => {
      context.fillStyle = fills[part];
      context.fillRect(left, y(high), right - left, Math.max(0, y(low) - y(high) - ratio));
    });
  });
}

/** A stepped line with its interval; `valueOf(minute)` is [value, half width] or null. */
export function drawBand({ context, minutes, column, y, ratio }, colourOf, bounds, valueOf) {
  const runs = stretches(minutes, valueOf);
  context.fillStyle = context.strokeStyle = colourOf;
  for (const run of runs) {
    context.globalAlpha = 0.22;
    context.beginPath();
    for (const { index, value, half } of run) {
      const [left, right] = column(index);
      const [, low, high] = withBand(value, half, ...bounds);
      context.rect(left, y(high), right - left, y(low) - y(high));
    }
    context.fill();
    context.globalAlpha = 1;
    strokeSteps(context, run, column, y, ratio);
  }
}

function strokeSteps(context, run, column, y, ratio) {
  context.lineWidth = 2.5 * ratio;
  context.lineJoin = "round";
  context.beginPath();
  for (const { index, value } of run) {
    const [left, right] = column(index);
    context.lineTo(left, y(value));
    context.lineTo(right, y(value));
  }
  context.stroke();
}

/** Runs of neighbouring minutes that have a value. */
function stretches(minutes, valueOf) {
  const runs = [];
  let open = null;
  minutes.forEach((minute, index) => {
    const found = minute && valueOf(minute);
    if (!found) return (open = null);
    if (!open) runs.push((open = []));
    open.push({ index, value: found[0], half: found[1] });
  });
  return runs;
}

/** Moments that the teacher marked: a line from top to bottom with a flag, over everything else. */
export function drawMarks({ context, top, bottom, ratio }, places) {
  context.fillStyle = context.strokeStyle = colour("--ink");
  context.lineWidth = 1.5 * ratio;
  for (const x of places) {
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, top);
    context.stroke();
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x + 9 * ratio, top + 5 * ratio);
    context.lineTo(x, top + 10 * ratio);
    context.fill();
  }
}

const GAP_WORDS = { paused: gettext("Paused"), interrupted: gettext("Interrupted") };

/** Pauses and interruptions, shaded from top to bottom behind everything else, each with its name. */
export function drawGaps(frame) {
  const { context, minutes, column, top, bottom, statusOf } = frame;
  for (const { kind, from, to } of gaps(minutes.filter(Boolean), (m) => [statusOf(m)])) {
    const [left, right] = [column(from)[0], column(to - 1)[1]];
    context.fillStyle = colour(`--${kind}-minute`);
    context.fillRect(left, top, right - left, bottom - top);
    drawName(frame, GAP_WORDS[kind], [left, right]);
  }
}

/** A name inside a band: along it, or upright where the band is narrow; none where it does not fit. */
function drawName({ context, top, bottom, ratio }, name, [left, right]) {
  context.save();
  context.font = font(ratio);
  context.fillStyle = colour("--ink-soft");
  context.textAlign = "center";
  context.textBaseline = "middle";
  const { width } = context.measureText(name);
  context.translate((left + right) / 2, (top + bottom) / 2);
  const isNarrow = width + 8 * ratio > right - left;
  if (isNarrow) context.rotate(-Math.PI / 2);
  if (!isNarrow || right - left > 14 * ratio) context.fillText(name, 0, 0);
  context.restore();
}

/** A minute that happened but stays hidden: a quiet low block. */
function drawHidden({ context, column, y }, index) {
  const [left, right] = column(index);
  const [bottom, top] = [y(0), y(0.04)];
  context.fillStyle = colour("--hidden-minute");
  context.fillRect(left, top, right - left, bottom - top);
}

export const labelColour = (label) => colour(colourName(label));
