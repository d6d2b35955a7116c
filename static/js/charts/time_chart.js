// The frame of every chart over time: axes, cursor, size; what is drawn inside is the caller's.
import uPlot from "uplot";

import { clockTime } from "../lib/format.js";
import { beganAt, slots } from "../lib/series.js";
import { drawGaps, drawMarks } from "./marks.js";
import { RIBBON, drawBeginnings, drawRibbon } from "./topics.js";
import { colour, font, onSchemeChange } from "./theme.js";

const TOP = 17; // pixels above the plot without a ribbon of topics
const LEAST_MINUTES = 12; // a class that has just begun isn't drawn as one wide block

/**
 * A chart in `root`, one slot per minute, on the reader's clock.
 *
 * y: {range: [low, high], splits, label(value), size: pixels of the axis}; draw(frame) is called for every repaint with
 * {context, minutes, column(i) -> [left, right], y(value), ratio, statusOf}; statusOf(minute) is that of the chart's
 * signal; onPoint(minute | null) on the cursor.
 */
export function timeChart(root, { windowS, height, y, draw, statusOf, onPoint = () => {} }) {
  let minutes = [];
  let marks = [];
  let topics = [];
  let began = 0; // seconds since the Unix epoch
  const options = {
    width: root.clientWidth || 600,
    height,
    padding: [() => (topics.length ? RIBBON : TOP), null, null, null],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: {
        time: false,
        range: () => [began, began + Math.max(minutes.length, LEAST_MINUTES) * windowS],
      },
      y: { range: () => y.range },
    },
    axes: [
      axis({
        values: (_, at, _axis, _space, step) => at.map((s) => clockTime(s * 1000, step < 60)),
        incrs: [10, 30, 60, 120, 300, 600, 900, 1800, 3600],
        space: 72,
        size: 30,
      }),
      axis({ values: (_, at) => at.map(y.label), splits: () => y.splits, size: y.size ?? 52 }),
    ],
    series: [{}, { show: true, stroke: "transparent", points: { show: false } }],
    hooks: {
      draw: [
        (plot) =>
          clipped(plot, () => {
            const frame = { ...frameOf(plot, minutes, { began, windowS }), statusOf };
            drawGaps(frame);
            draw(frame);
            drawBeginnings(frame, placesOf(plot, topics));
            drawMarks(frame, marks.map((mark) => placeOf(plot, mark.at)));
          }),
        (plot) => drawRibbon(plot, placesOf(plot, topics), topics),
      ],
      setCursor: [
        ({ cursor }) => onPoint(cursor.idx == null ? null : (minutes[cursor.idx] ?? null)),
      ],
    },
  };
  const plot = new uPlot(options, [[], []], root);
  new ResizeObserver(() => plot.setSize({ width: root.clientWidth, height })).observe(root);
  onSchemeChange(() => plot.redraw(false, true));
  return {
    show(newMinutes, drawn) {
      minutes = slots(newMinutes);
      ({ marks, topics } = drawn);
      began = beganAt(newMinutes, windowS);
      plot.setData([minutes.map((_, i) => began + (i + 0.5) * windowS), minutes.map(() => 0)]);
    },
    redraw: () => plot.redraw(false, true),
    /** Put the cursor on a minute. */
    point(index) {
      plot.setCursor({ left: plot.valToPos(began + (index + 0.5) * windowS, "x"), top: 0 });
    },
  };
}

const placeOf = (plot, at) => plot.valToPos(Date.parse(at) / 1000, "x", true);
const placesOf = (plot, topics) => topics.map(({ at }) => placeOf(plot, at));

const axis = (options) => ({
  stroke: () => colour("--ink-soft"),
  font: font(),
  grid: { stroke: () => colour("--line"), width: 1 },
  ticks: { show: false },
  gap: 8,
  ...options,
});

function frameOf(plot, minutes, { began, windowS }) {
  const x = (index) => Math.round(plot.valToPos(began + index * windowS, "x", true));
  return {
    context: plot.ctx,
    minutes,
    column: (index) => [x(index), x(index + 1)],
    y: (value) => plot.valToPos(value, "y", true),
    top: plot.bbox.top,
    bottom: plot.bbox.top + plot.bbox.height,
    ratio: devicePixelRatio,
  };
}

function clipped({ ctx, bbox }, paint) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint();
  ctx.restore();
}
