// What is drawn inside a chart: stacks of shares, lines with a band, minutes that stay hidden.
import { colourName } from "../lib/expressions.js";
import { stack, withBand } from "../lib/series.js";
import { tile } from "./textures.js";
import { colour } from "./theme.js";

/** One column per minute, its parts on top of each other; `valuesOf(minute)` is {label: share} or null. */
export function drawStacks({ context, minutes, column, y, ratio }, labelsFromTop, valuesOf) {
  const labels = labelsFromTop.toReversed();
  const fills = labels.map((label) => context.createPattern(tile(label, ratio), "repeat"));
  minutes.forEach((minute, index) => {
    if (!minute) return;
    const values = valuesOf(minute);
    if (!values) return isPaused(minute) || drawHidden(context, column(index), y);
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

/** The teacher's pauses, shaded from top to bottom behind everything else. */
export function drawPauses({ context, minutes, column, top, bottom }) {
  context.fillStyle = colour("--paused-minute");
  minutes.forEach((minute, index) => {
    if (!isPaused(minute)) return;
    const [left, right] = column(index);
    context.fillRect(left, top, right - left, bottom - top);
  });
}

const isPaused = (minute) => minute?.status === "paused" || minute?.pulse_status === "paused";

/** A minute that happened but stays hidden: a quiet low block. */
function drawHidden(context, [left, right], y) {
  const [bottom, top] = [y(0), y(0.04)];
  context.fillStyle = colour("--hidden-minute");
  context.fillRect(left, top, right - left, bottom - top);
}

export const labelColour = (label) => colour(colourName(label));
