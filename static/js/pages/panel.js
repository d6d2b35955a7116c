// A student's panel in a frame of another site: how the lesson stands, the pulse, and what the student's tab tells of the
// student's own last result. The camera is never here.
import { followNews } from "../lib/news.js";
import { giveKey, ownKey } from "../lib/panel_key.js";
import { showState } from "../lib/show.js";
import { classResult } from "../student/class_result.js";
import { fromTab } from "../student/from_tab.js";
import { pulseButtons } from "../student/pulse.js";
import { teacherReplies } from "../student/replies.js";

const EVERY_MS = 6000;
const LOOKS_FOR_THE_NEXT_MS = 60_000; // a course's panel, after a lesson

const root = document.querySelector("[data-panel]");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const { newsUrl, pulseUrl, csrf, pulseChoices } = root.dataset;
const choices = JSON.stringify(JSON.parse(pulseChoices)); // as the server's news are written

const pulse = pulseButtons(part("pulse-card"), { url: pulseUrl, token: csrf });
const result = classResult(part("class-result"));
const replies = teacherReplies(part("replies"));
const key = ownKey();
const own = fromTab(part("result"), key);
const ENDS = new Set(["ending", "ended"]);
let awaitsNext = false;

/** The lesson began with other choices than the page has, or shows its students the result since, or no more. */
const isOutOfDate = (news) =>
  news.state === "live" &&
  (JSON.stringify(news.choices ?? null) !== choices ||
    Boolean(news.result) !== Boolean(part("class-result")) ||
    news.pulse_offered !== ("pulseOffered" in root.dataset));

function show(news) {
  if (isOutOfDate(news)) return location.reload();
  const over = ENDS.has(news.state);
  showState(part("status"), news.state);
  showOwn(news);
  part("hint").hidden = over;
  part("pulse-card").hidden = over || !news.pulse;
  pulse.enable(news.state === "live");
  result.show(over ? null : news.result, news.state);
  if (news.state !== "draft") replies.show(news.replies);
  if (over && "ofCourse" in root.dataset && !awaitsNext) {
    awaitsNext = true;
    setTimeout(() => location.reload(), LOOKS_FOR_THE_NEXT_MS);
  }
}

async function showOwn({ state, camera, own: sealed }) {
  part("result").hidden = !key || state !== "live" || camera === "not_shared";
  const told = await own.show(sealed);
  showState(part("camera"), ENDS.has(state) ? "" : (told ?? camera));
}

part("pulse-card").hidden = part("result").hidden = true;
giveKey(part("tab"), key);
followNews(() => (key && own.isOpen() ? `${newsUrl}?own` : newsUrl), {
  everyMs: EVERY_MS,
  onNews: show,
  onAway() {
    showState(part("status"), "away");
    pulse.enable(false);
  },
  onGone: () => location.reload(), // the page that is there then says why
});
