// The page of a class that is over: the whole timeline, and nothing moves.
import { classCharts } from "../dashboard/charts.js";
import { timelineAfter } from "../dashboard/live.js";
import { markList } from "../dashboard/marks.js";
import { newestWithNumbers } from "../lib/series.js";

const LOOK_AGAIN_MS = 2000;

const root = document.querySelector("[data-summary]");
const part = (name) => root.querySelector(`[data-part=${name}]`);

async function show() {
  const timeline = await timelineAfter(root.dataset.timelineUrl, -1);
  const { session, minutes, marks } = timeline;
  if (session.state !== root.dataset.state) return location.reload();
  if (session.state === "ending") return void setTimeout(show, LOOK_AGAIN_MS);
  const anything = newestWithNumbers(minutes) !== undefined;
  part("empty").hidden = anything;
  part("charts").hidden = !anything;
  if (!anything) return;
  const charts = classCharts(part("charts"), session.window_s);
  charts.show(timeline);
  markList(part("marks"), (changed) => charts.show({ ...timeline, marks: changed })).show(marks);
}

show().catch(() => (part("failed").hidden = false));
