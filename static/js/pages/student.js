// The student's page: what is known goes in, one state comes out, the page shows it.
import { onAwake } from "../lib/awake.js";
import { studentReason } from "../lib/close_codes.js";
import { closeDialogs } from "../lib/dialogs.js";
import { clockTime, countedWord } from "../lib/format.js";
import { hintFor, remember } from "../lib/hints.js";
import { socketUrl } from "../lib/live_socket.js";
import { followQuestion } from "../lib/question.js";
import { setText, showFacts, showState } from "../lib/show.js";
import { cameraMayRun, outOfDate, pageState, whereRead } from "../lib/student_state.js";
import { screenLock } from "../lib/wake_lock.js";
import { cameraPanel } from "../student/camera_panel.js";
import { openChannel } from "../student/channel.js";
import { classResult } from "../student/class_result.js";
import { choicesDialog } from "../student/choices.js";
import { engineUrls, showEngine } from "../student/engine_panel.js";
import { showOwnResult } from "../student/own_result.js";
import { pulseButtons } from "../student/pulse.js";
import { teacherReplies } from "../student/replies.js";
import { smallView } from "../student/small_view.js";
import { toPanel } from "../student/to_panel.js";

const root = document.querySelector("[data-student]");
const parts = new Map(); // the small view takes some of them out of the page
const part = (name) => {
  if (!parts.has(name)) parts.set(name, root.querySelector(`[data-part=${name}]`));
  return parts.get(name);
};
const { socketPath, workerUrl, pulseUrl, choicesUrl, joinPath, csrf, read, questionUrl, ownUrl } = root.dataset;

const known = {
  link: "connecting",
  reason: "",
  session: null,
  offered: "expressionOffered" in root.dataset,
  expression: "expression" in root.dataset,
  pulseOffered: "pulseOffered" in root.dataset,
  pulse: "pulse" in root.dataset,
  seesResult: part("class-result") !== null,
  choices: JSON.stringify(JSON.parse(root.dataset.pulseChoices)), // as the server's news are written
  wanted: false, // the student wants the camera on now
  camera: "off",
  inference: null, // where pictures may be read, as the server's news say
  engine: null, // what the Worker says of its own
  reads: true, // there is a Worker for that
  reading: "",
  screenStaysOn: false,
};
let answers = [];
let lastAnswer = null; // of this camera's pictures
let awaits = false;
let leaving = false; // the answer to that, with its receipt, must not be lost to a reload

const PHONE = matchMedia("(hover: none) and (pointer: coarse)");

const channel = openChannel(workerUrl);
const pulse = pulseButtons(part("pulse-card"), { url: pulseUrl, token: csrf });
const result = classResult(part("class-result"));
const replies = teacherReplies(part("replies"));
const small = smallView(part("float"), {
  template: document.querySelector("#small-view"),
  cards: [part("pulse-card"), part("result")],
  note: part("float-note"),
});
const tellPanel = toPanel({ url: ownUrl, token: csrf, own: ownForPanel });
const keepScreenOn = screenLock((held) => learn({ screenStaysOn: held }));
const camera = cameraPanel(root, channel, (state) => learn({ camera: state }));

function learn(news) {
  if ("camera" in news) [answers, lastAnswer] = [[], null]; // what was said of other pictures
  Object.assign(known, news);
  known.reading = known.reads ? whereRead(known.inference, known.engine) : "";
  camera.allow(cameraMayRun(known), known.wanted && known.expression);
  showState(part("status"), pageState(known));
  showFacts(root, facts());
  small.say(part("status").querySelector("[data-when]:not([hidden]) h2").textContent);
  showEngine(part("engine"), known.reading, known.engine);
  showState(part("hints"), advice());
  pulse.enable(known.link === "open" && known.session === "live");
  part("camera").hidden = !known.offered || !known.expression || over();
  part("result").hidden = part("camera").hidden;
  part("controls").hidden = over();
  if (over()) closeDialogs();
  if (over()) small.close();
  part("pulse-card").hidden = over() || !facts().pulse;
  if (over()) result.show(null);
  if (pageState(known) === "ended") awaitQuestion();
  keepScreenOn(PHONE.matches && pageState(known) === "live");
  root.dataset.state = pageState(known);
}

const advice = () => (known.camera === "on" ? hintFor(answers) : known.camera);

/** What the texts may speak of. */
const facts = () => ({
  camera: known.offered && known.expression,
  pulse: known.pulseOffered && known.pulse,
  phone: PHONE.matches,
  awake: PHONE.matches && known.screenStaysOn,
  dims: PHONE.matches && !known.screenStaysOn,
  device: known.reading === "device",
});

const over = () =>
  known.link === "closed" || known.session === "ended" || known.session === "ending";

function heard(news) {
  // The page that fits asks again, or does not offer it.
  if (outOfDate(news, known) && !leaving && !choices.waits()) location.reload();
  setText(part("counted"), countedWord(news.counted));
  tellWhen("counts-from", news.counts_from);
  tellWhen("pulse-counts-from", news.pulse_counts_from);
  result.show(news.result, news.state);
  if (news.state !== "draft") replies.show(news.replies);
  learn({ session: news.state, inference: news.inference });
}

/** Once the lesson is over, the teacher may ask something; the page that is there then has the form. */
function awaitQuestion() {
  if (awaits) return;
  awaits = true;
  followQuestion(questionUrl, () => leaving || location.reload());
}

/** From when on this student counts; nothing once that is so. */
function tellWhen(name, seconds) {
  part(name).hidden = seconds == null;
  if (seconds != null)
    setText(part(name).querySelector("strong"), clockTime(seconds * 1000));
}

function answered(answer) {
  answers = remember(answers, answer);
  showState(part("hints"), advice());
  if (answer.state !== "ok" && answer.state !== "no_face") return;
  if (known.camera === "on") lastAnswer = answer; // not the last one of a camera that is off by now
  showOwnResult(part("result"), answer.scores);
  tellPanel();
}

/** What the panel is told: what this page shows of the student's own camera, while that may be read. */
function ownForPanel() {
  const { camera, offered, expression, session, link } = known;
  if (!offered || !expression || session !== "live" || link === "closed") return null;
  const scores = lastAnswer?.scores && rounded(lastAnswer.scores);
  return { camera, face: lastAnswer && lastAnswer.state === "ok", scores: scores ?? null };
}

const rounded = (scores) =>
  Object.fromEntries(Object.entries(scores).map(([label, score]) => [label, Number(score.toFixed(3))]));

function linked({ state, code }) {
  if (state === "open") learn({ link: state, reason: "" });
  else learn({ link: state, reason: code === null ? known.reason : studentReason(code) });
}

channel.listen((message) => {
  if (message.type === "link") linked(message);
  else if (message.type === "session") heard(message);
  else if (message.type === "answer") answered(message);
  else if (message.type === "engine") learn({ engine: message });
  else if (message.type === "hello") learn({ reads: !message.problem });
  else if (message.type === "restarted") learn({ link: "connecting", reason: "restarted", engine: null });
});

/**
 * No question of the browser without a choice of the student: right after the consent, or on a press. Where the
 * camera is blocked, the browser asks nothing, and the page can say at once what helps.
 */
async function mayAskAtOnce() {
  if (!known.expression || !known.offered) return false;
  const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  permission?.addEventListener("change", () => permission.state === "granted" && camera.retry());
  return cameFrom(joinPath) || ["granted", "denied"].includes(permission?.state);
}

/** Codes are read aloud and typed in either case, so paths are compared without it. */
const cameFrom = (path) =>
  document.referrer !== "" &&
  new URL(document.referrer).pathname.toLowerCase() === path.toLowerCase();

root.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-action]")?.dataset.action;
  if (action === "camera-on") learn({ wanted: true });
  else if (action === "camera-off") learn({ wanted: false });
  else if (action === "camera-retry") camera.retry();
  else if (action === "retry") channel.post({ type: "retry" });
  else if (action === "reload") location.reload();
  else if (action === "choices") part("choices").showModal();
});

root.addEventListener("submit", ({ target }) => {
  leaving ||= "confirmed" in target.dataset;
});

const choices = choicesDialog(part("choices"), {
  url: choicesUrl,
  token: csrf,
  read,
  // A withdrawal stops the camera before the server has even heard of it.
  onBefore: (name, on) => name === "expression" && !on && learn({ expression: false }),
  onChange: ({ expression, pulse }) =>
    learn({ expression, pulse, wanted: expression && known.wanted }),
});
onAwake(() => channel.post({ type: "wake" }));

learn({});
mayAskAtOnce().then((wanted) => learn({ wanted }));
channel.post({ type: "engine", urls: engineUrls(root) });
channel.post({ type: "connect", url: socketUrl(socketPath) });
