// Shares of the expressions, or of their groups, over time: all stacked, or one chosen with its band.
import { percent } from "../lib/format.js";
import { bandOf, partsOf, shareOf } from "../lib/series.js";
import { drawBand, drawStacks, labelColour } from "./marks.js";
import { timeChart } from "./time_chart.js";

const Y = { range: [0, 1], splits: [0, 0.25, 0.5, 0.75, 1], label: percent };

/** `emotions()` gives the API's order of labels. `choose(name | null)` switches the view. */
export function expressionChart(root, { windowS, emotions, statusOf, onPoint }) {
  let chosen = null;

  const shares = (parts) => (minute) =>
    minute.groups &&
    Object.fromEntries(parts.map((name) => [name, shareOf(minute, emotions(), name)]));
  const chosenShare = (minute) =>
    minute.groups && [shareOf(minute, emotions(), chosen), bandOf(minute, emotions(), chosen)];

  function draw(frame) {
    const parts = partsOf(frame.minutes.filter(Boolean));
    if (!chosen) return drawStacks(frame, parts, shares(parts));
    drawStacks(frame, [], (minute) => (minute.groups ? {} : null));
    drawBand(frame, labelColour(chosen), [0, 1], chosenShare);
  }

  const chart = timeChart(root, { windowS, height: 300, y: Y, draw, statusOf, onPoint });
  return {
    ...chart,
    choose(name) {
      chosen = name;
      chart.redraw();
    },
  };
}
