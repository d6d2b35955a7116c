// The topics of a class, drawn with its minutes: a ribbon with their names above, a line where each begins.
import { colour, font } from "./theme.js";

export const RIBBON = 34; // pixels above the plot
const HEIGHT = 22;

/** A thin broken line at each beginning, from top to bottom. */
export function drawBeginnings({ context, top, bottom, ratio }, places) {
  context.save();
  context.strokeStyle = colour("--ink");
  context.lineWidth = ratio;
  context.setLineDash([4 * ratio, 4 * ratio]);
  for (const x of places) {
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
  }
  context.restore();
}

/** One piece for each topic, with its name where it fits. */
export function drawRibbon({ ctx: context, bbox }, places, topics) {
  const ratio = devicePixelRatio;
  const [left, right] = [bbox.left, bbox.left + bbox.width];
  context.save();
  context.font = font(ratio);
  context.textAlign = "left";
  context.textBaseline = "middle";
  topics.forEach(({ word }, index) => {
    const from = Math.max(left, places[index]);
    const to = Math.min(right, places[index + 1] ?? right);
    if (to - from < ratio) return;
    const box = [from, bbox.top - (HEIGHT + 4) * ratio, to - from - 2 * ratio, HEIGHT * ratio];
    context.fillStyle = colour(index % 2 ? "--surface-sunken" : "--accent-soft");
    context.fillRect(...box);
    context.fillStyle = colour("--ink");
    const text = fitting(context, word, box[2] - 12 * ratio);
    context.fillText(text, from + 6 * ratio, box[1] + box[3] / 2);
  });
  context.restore();
}

/** As much of a text as fits, with an ellipsis; nothing where hardly a letter does. */
function fitting(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  for (let length = text.length - 1; length > 0; length -= 1) {
    const cut = `${text.slice(0, length).trimEnd()}…`;
    if (context.measureText(cut).width <= width) return cut;
  }
  return "";
}
