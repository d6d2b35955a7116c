// The two smaller charts: valence with its band, and the pulse.
import { PULSE } from "../lib/expressions.js";
import { percent } from "../lib/format.js";
import { gettext } from "../lib/i18n.js";
import { drawBand, drawStacks } from "./marks.js";
import { colour } from "./theme.js";
import { timeChart } from "./time_chart.js";

const VALENCE_WORDS = {
  "-1": gettext("unpleasant"),
  0: gettext("neutral"),
  1: gettext("pleasant"),
};
const VALENCE_Y = {
  range: [-1, 1],
  splits: [-1, 0, 1],
  label: (value) => VALENCE_WORDS[value] ?? "",
};
const PULSE_Y = { range: [0, 1], splits: [0, 0.5, 1], label: percent };
const HEIGHT = 200;

export const valenceChart = (root, { windowS, statusOf, onPoint }) =>
  timeChart(root, {
    windowS,
    height: HEIGHT,
    y: { ...VALENCE_Y, size: 88 },
    statusOf,
    onPoint,
    draw(frame) {
      drawBand(frame, colour("--accent"), [-1, 1], ({ valence, valence_band }) =>
        valence == null ? null : [valence, valence_band],
      );
    },
  });

export const pulseChart = (root, { windowS, statusOf, onPoint }) =>
  timeChart(root, {
    windowS,
    height: HEIGHT,
    y: PULSE_Y,
    statusOf,
    onPoint,
    draw: (frame) => drawStacks(frame, PULSE, ({ pulse }) => pulse),
  });
