// Shares of the expressions over time: all stacked, or one chosen with its band.
import { SHOWN } from "../lib/expressions.js";
import { percent } from "../lib/format.js";
import { bandOf, shareOf } from "../lib/series.js";
import { drawBand, drawStacks, labelColour } from "./marks.js";
import { timeChart } from "./time_chart.js";

const Y = { range: [0, 1], splits: [0, 0.25, 0.5, 0.75, 1], label: percent };

/** `emotions()` gives the API's order of labels. `choose(label | null)` switches the view. */
export function expressionChart(root, { windowS, emotions, onPoint }) {
  let chosen = null;

  const shares = (minute) =>
    minute.shares &&
    Object.fromEntries(SHOWN.map((label) => [label, shareOf(minute, emotions(), label)]));
  const chosenShare = (minute) =>
    minute.shares && [shareOf(minute, emotions(), chosen), bandOf(minute, emotions(), chosen)];

  function draw(frame) {
    if (!chosen) return drawStacks(frame, SHOWN, shares);
    drawStacks(frame, [], (minute) => (minute.shares ? {} : null));
    drawBand(frame, labelColour(chosen), [0, 1], chosenShare);
  }

  const chart = timeChart(root, { windowS, height: 300, y: Y, draw, onPoint });
  return {
    ...chart,
    choose(label) {
      chosen = label;
      chart.redraw();
    },
  };
}
