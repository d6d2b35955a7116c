// The teacher's live page: news come in, the page shows them, unless its view is frozen.
import { alertCard } from "../dashboard/alert_card.js";
import { callBack } from "../dashboard/call_back.js";
import { compactButton } from "../dashboard/compact.js";
import { lastMinute } from "../dashboard/last_minute.js";
import { followClass } from "../dashboard/live.js";
import { markList } from "../dashboard/marks.js";
import { replyList } from "../dashboard/replies.js";
import { STATE_WORDS, showText, snapshotText, statusStrip } from "../dashboard/snapshot_text.js";
import { topicBar } from "../dashboard/topics.js";
import { heroState, isAway, sparingly } from "../lib/dashboard_state.js";
import { closeDialogs } from "../lib/dialogs.js";
import { drawn } from "../lib/drawn.js";
import { gettext } from "../lib/i18n.js";
import { onPress } from "../lib/keys.js";
import { post } from "../lib/request.js";
import { newestWithNumbers } from "../lib/series.js";
import { setText, showState } from "../lib/show.js";

const SPEAK_EVERY_MS = 60_000;
const STAYS = new Set(["live", "paused"]);

const root = document.querySelector("[data-dashboard]");
const part = (name) => root.querySelector(`[data-part=${name}]`);

const newest = lastMinute(root);
const charts = drawn()
  .then(() => import("../dashboard/charts.js")) // which takes long to begin
  .then(({ classCharts }) => classCharts(part("charts"), Number(root.dataset.windowS)));
const tellTab = callBack(root);
const strip = statusStrip(part("strip"));
const speak = sparingly((text) => (part("spoken").textContent = text), SPEAK_EVERY_MS);
let floating = null;
let viewFrozen = false;
let drawnMinutes = null;
const marks = markList(part("marks"), (changed) => {
  if (latest) draw(Object.assign(latest, { marks: changed }));
});
const replies = replyList(part("replies"), (changed) => {
  if (latest) latest.replies = changed;
});
const topics = topicBar(part("topics"), changeTopics);
const alertHere = alertCard(part("alert"), showAlert);
let latest = null;

/** What was changed in one bar stands in both, and in the charts. */
function changeTopics(changed) {
  if (!latest) return;
  Object.assign(latest, changed);
  showTopics();
  draw(latest);
}

function showTopics() {
  topics.show(latest);
  floating?.topics.show(latest);
}

/** The alert of the newest snapshot, here and in the small view, unless it was put away in one of them. */
function showAlert() {
  const alert = latest.snapshot?.alert ?? null;
  alertHere.show(alert);
  floating?.alert.show(alert);
}

function render(known) {
  latest = known;
  showTopics();
  showLink(known);
  tellTab(known);
  if (known.link === "closed") closeDialogs();
  showInterruption(known);
  if (stateChanged(known)) return;
  if (!viewFrozen) show(known);
}

/** Going live and ending change the whole page; pausing does not, so that the small view stays open. */
function stateChanged({ snapshot }) {
  const next = snapshot?.state ?? root.dataset.state;
  const reload = next !== root.dataset.state && !(STAYS.has(next) && STAYS.has(root.dataset.state));
  if (reload) location.reload();
  else become(next);
  return reload;
}

function become(state) {
  root.dataset.state = state;
  showState(part("head"), state);
  showBadge(state, latest);
  part("paused-note").hidden = state !== "paused";
}

/** Over a lost connection nobody knows whether the class is still live. */
function showBadge(state, known) {
  const badge = root.querySelector("[data-badge]");
  const away = known !== null && isAway(known);
  badge.dataset.state = away ? "away" : state;
  setText(badge, away ? gettext("Disconnected") : STATE_WORDS[state]);
}

const showLink = ({ link, reason }) =>
  showState(part("link"), !isAway({ link, reason }) ? "" : link === "closed" ? reason : "away");

/** What ails the platform; it is told over a link that works. */
function showInterruption({ link, snapshot }) {
  showState(part("interruption"), link === "open" ? (snapshot?.trouble ?? "") : "");
}

function show(known) {
  if (known.snapshot) showNow(known);
  if (known.minutes !== drawnMinutes) draw(known);
}

function draw(known) {
  drawnMinutes = known.minutes;
  marks.show(known.marks);
  replies.show(known.replies);
  if (!newestWithNumbers(known.minutes)) return;
  charts.then((made) => {
    part("charts").hidden = false; // before drawing: a chart takes its width from the page
    made.show(known);
  });
}

function showNow({ snapshot, minutes, emotions, link, reason }) {
  const { last_minute: minute } = snapshot;
  const hero = heroState(snapshot);
  const said = snapshotText(snapshot, hero, { link, reason });
  const shown = hero === "numbers" ? minute : null;
  showState(part("hero"), hero);
  showText(root, said);
  if (part("unusual")) part("unusual").hidden = !(shown?.groups && shown.unusual);
  newest.show(shown, emotions);
  strip.show(snapshot, minutes);
  speak([said.sentence, said.change].filter(Boolean).join(" "));
  floating?.show(said, shown, emotions);
  showAlert();
}

/** Pause and resume without leaving the page. What the server refuses it explains on a page of its own. */
root.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("stays" in form.dataset)) return;
  event.preventDefault();
  const response = await post(form.action, {}, form.elements.csrfmiddlewaretoken.value).catch(
    () => null,
  );
  if (response?.ok) become((await response.json()).state);
  else if (response) form.submit();
});

part("freeze").addEventListener("click", () => {
  viewFrozen = !viewFrozen;
  part("freeze").setAttribute("aria-pressed", String(viewFrozen));
  showState(part("freeze"), viewFrozen ? "frozen" : "running");
  if (!viewFrozen && latest) show(latest);
});

compactButton(part("float"), {
  template: document.querySelector("#compact-view"),
  url: root.dataset.compactUrl,
  say: (text) => setText(part("float-words"), text),
  onOpen(view) {
    floating = view;
    if (latest) show(latest);
    if (latest) showTopics();
  },
  changes: { onTopics: changeTopics, onPutAway: showAlert },
});

if (part("mark")) onPress(part("mark"), "m", marks.add);
if (part("reply")) onPress(part("reply"), "r", replies.write);

drawn().then(() => followClass(root.dataset, render));
