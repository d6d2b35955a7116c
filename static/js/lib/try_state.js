// What the public demo page says: one state, one hint, one sentence, out of what is known.
import { labelWord } from "./expressions.js";
import { percent } from "./format.js";
import { hintFor } from "./hints.js";
import { fill, gettext } from "./i18n.js";
import { HEIGHT, WIDTH } from "./jpeg.js";

const RUNS = new Set(["on", "silent", "black", "frozen"]);
const IN_A_ROW = 3;
const CLEARLY = 0.5;

/**
 * wanted: the visitor agreed and has not stopped; ended: why the last try ended, "" before the first
 * camera: as of camera_panel.js; link: "none" | "connecting" | "open"
 */
export function tryState({ wanted, ended, camera, link }) {
  if (!wanted) return ended || "asked";
  if (camera === "error") return "camera_error";
  return RUNS.has(camera) && link === "open" ? "live" : "starting";
}

/** Advice about the picture as in a class; "busy" while classes leave the engine no time. */
export function tryHint(answers, camera = "on") {
  if (camera !== "on") return camera;
  const last = answers.slice(-IN_A_ROW);
  const dropped = last.length === IN_A_ROW && last.every(({ state }) => state === "dropped");
  return dropped ? "busy" : hintFor(answers);
}

/** One sentence about seven scores; "" without any. */
export function saying(scores) {
  if (!scores) return "";
  const [[first, most], [second]] = highestFirst(scores);
  if (most >= CLEARLY) return fill(gettext("Looks %(expression)s."), { expression: word(first) });
  return fill(gettext("Hard to tell: %(first)s or %(second)s."), {
    first: word(first),
    second: word(second),
  });
}

/** The highest score, for a label on the picture; "" without any. */
export function caption(scores) {
  if (!scores) return "";
  const [[first, most]] = highestFirst(scores);
  return fill(gettext("%(expression)s, %(share)s"), {
    expression: labelWord(first),
    share: percent(most),
  });
}

const highestFirst = (scores) => Object.entries(scores).sort(([, a], [, b]) => b - a);
const word = (label) => labelWord(label).toLowerCase();

/**
 * Where a face stands in the mirrored preview, in percent of its sides: {left, top, width, height, points}.
 * Null without a face. The answer counts pixels of the frame that was sent.
 */
export function facePlace({ box, landmarks }) {
  if (!box) return null;
  const [left, top, right, bottom] = box;
  const x = (pixel) => 100 - (100 * pixel) / WIDTH;
  const y = (pixel) => (100 * pixel) / HEIGHT;
  return {
    left: x(right),
    top: y(top),
    width: x(left) - x(right),
    height: y(bottom) - y(top),
    points: landmarks.map(([across, down]) => ({ left: x(across), top: y(down) })),
  };
}
