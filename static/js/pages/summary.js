// The page of a class that is over: what it was like, the whole timeline, and nothing moves.
import { timelineAfter } from "../dashboard/live.js";
import { markList } from "../dashboard/marks.js";
import { replyList } from "../dashboard/replies.js";
import { drawn } from "../lib/drawn.js";
import { offerPrint } from "../lib/print.js";
import { followReport } from "../lib/report_state.js";
import { newestWithNumbers } from "../lib/series.js";

const LOOK_AGAIN_MS = 2000;

const root = document.querySelector("[data-summary]");
const part = (name) => root.querySelector(`[data-part=${name}]`);

async function show() {
  const timeline = await timelineAfter(root.dataset.timelineUrl, -1);
  const { session, minutes, marks } = timeline;
  if (session.state !== root.dataset.state) return location.reload();
  if (session.state === "ending") return void setTimeout(show, LOOK_AGAIN_MS);
  if (newestWithNumbers(minutes) === undefined) return;
  const { classCharts } = await import("../dashboard/charts.js"); // which takes long to begin
  part("charts").hidden = false;
  const charts = classCharts(part("charts"), session.window_s);
  charts.show(timeline);
  markList(part("marks"), (changed) => charts.show({ ...timeline, marks: changed })).show(marks);
  replyList(part("replies")).show(timeline.replies);
  leadToMinutes(charts);
}

/** A link such as #pulse-12 shows that minute in that chart. */
function leadToMinutes(charts) {
  const follow = () => {
    const [, chart, index] = location.hash.match(/^#([a-z]+)-(\d+)$/) ?? [];
    if (!chart) return;
    charts.point(chart, Number(index));
    askAbout(index);
  };
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-minute]");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    follow();
  });
  follow();
}

/** The minute that one looks at is the one to ask about. */
function askAbout(index) {
  const minute = root.querySelector("#question select");
  if ([...(minute?.options ?? [])].some(({ value }) => value === index)) minute.value = index;
}

drawn().then(() => {
  offerPrint(root);
  followReport(part("report"));
  return show().catch(() => (part("failed").hidden = false));
});
