// Takes pictures of the camera and sends them, or what this device read in them, also while the page is hidden: timers in
// a Worker are not slowed down.
//
// From the page: what session_link.js obeys, {type: "camera", readable | track | byPage, echo}, {type: "camera-off"},
// {type: "bitmap", bitmap}, {type: "engine", urls}, {type: "alone", news}, {type: "ping"}.
// "alone" stands in for a server's news: pictures are read here, for this page, and nothing is sent. `echo`: answers come with the frame that they are about.
// To the page: {type: "link" | "session" | "answer", ...}, {type: "pictures", are}, {type: "camera-problem", kind},
// {type: "engine", is, share, kind}, {type: "want-bitmap"}, and at first {type: "hello", readsTracks, draws}.
import { deviceReader, mayReadHere } from "../device/reader.js";
import { pageSource, streamSource } from "../lib/frame_sources.js";
import { jpegMaker, pixelReader } from "../lib/jpeg.js";
import { readsWhatItDraws } from "../lib/known_picture.js";
import { pictureWatch } from "../lib/pictures.js";
import { encodeFrame, encodeInterval, nextSeq } from "../lib/protocol.js";
import { sessionLink } from "../lib/session_link.js";
import { mayCapture } from "../lib/student_state.js";

const ANSWER_WITHIN_MS = 2000;
const DEFAULT_DELAY_MS = 2000;
const SHARE_ALONE = 0.5; // of a core, while somebody looks on
const UNANSWERED_IN_A_ROW = 5; // the server answers every message: then this line is dead

let linkIsOpen = false;
let news = null;
let lastNews = null; // also while the line is away, for what is read here meanwhile
let source = null;
let watch = null;
let echo = false;
let isAlone = false;
let inFlight = null; // {seq, jpeg, settle}: at most one message without an answer
let unanswered = 0;
let seq = 0;
let running = false;
let toJpeg = null;
let toPixels = null;
let engineUrls = null;
let intervalMs = null; // as the server's last answer asks for it
let intervalSeq = null; // of the interval that is out, until its answer comes

const reader = deviceReader((how) => {
  postMessage({ type: "engine", ...how });
  run();
});

const link = sessionLink({
  onLink(is) {
    linkIsOpen = is.state === "open";
    if (!linkIsOpen) {
      news = intervalMs = intervalSeq = null;
      reader.unanswered();
    }
    if (is.state === "closed") {
      lastNews = null;
      reader.forget(); // another tab goes on; what is said there meanwhile, this one does not hear
    }
    unanswered = 0;
    inFlight?.settle(null);
    postMessage({ type: "link", ...is });
  },
  onNews(message) {
    news = lastNews = message;
    postMessage(message);
    heed();
  },
  onAnswer(answer) {
    unanswered = 0; // also a late one says that the line stands
    const about = answer.seq === inFlight?.seq ? inFlight : null;
    about?.settle(answer);
    if (answer.seq === intervalSeq) {
      intervalSeq = null;
      reader.answered();
      intervalMs = answer.next_delay_ms ?? intervalMs;
    }
    if ("scores" in answer) postMessage({ type: "answer", ...answer, jpeg: echo ? about?.jpeg : undefined });
  },
});

/** Do what the newest news allow. */
function heed() {
  if (!mayCapture(news)) reader.forget();
  if (engineUrls && news.expression && mayReadHere(news)) reader.prepare(engineUrls, news.engine);
  run();
}

function goAlone({ news: own }) {
  isAlone = true;
  news = lastNews = own;
  heed();
}

function disconnect() {
  linkIsOpen = isAlone = false;
  news = lastNews = null;
  reader.forget();
  inFlight?.settle(null);
}

const readsHere = () => mayReadHere(lastNews) && reader.is() === "ready";

/** Where the next picture is read: "device", "server", or "" where it may not be, or not yet. */
function place() {
  if (watch === null || !mayCapture(lastNews)) return "";
  if (readsHere()) return "device";
  const serverMay = lastNews.inference !== "device";
  const deviceWill = engineUrls && mayReadHere(lastNews) && reader.is() !== "failed";
  return serverMay && !deviceWill && linkIsOpen && news ? "server" : "";
}

/** One picture after another, for as long as it is allowed. */
async function run() {
  if (running) return;
  running = true;
  for (let where = place(); where; where = place()) {
    const step = where === "device" ? readOne : sendOne;
    await sleep(await step().catch(() => DEFAULT_DELAY_MS)); // one bad picture is not the end
  }
  running = false;
}

/** The next picture if it may still be used `where` it was taken for; null otherwise. */
async function nextPicture(where) {
  const asked = source;
  const { are, ...picture } = await watch.next();
  if (asked !== source) return null; // another camera, or none any more
  if (are) postMessage({ type: "pictures", are });
  return picture.bytes && place() === where ? picture : null; // paused or withdrawn while it was being made
}

/** Send a picture to the server; resolves to the pause that its answer asks for. */
async function sendOne() {
  const picture = await nextPicture("server");
  const answer = picture && (await answerTo(picture.bytes));
  return answer?.next_delay_ms ?? news?.frame_interval_ms ?? DEFAULT_DELAY_MS;
}

/** Read a picture here, and send the interval's sums when they are due; resolves to the pause that suits the device. */
async function readOne() {
  const picture = await nextPicture("device");
  const reading = picture && reader.read(picture);
  if (reading) postMessage({ type: "answer", ...reading, pixels: echo ? picture.bytes : undefined });
  sendInterval();
  return reader.pause(lastNews?.frame_interval_ms ?? DEFAULT_DELAY_MS, isAlone ? SHARE_ALONE : undefined);
}

/** One at a time: what is read until its answer comes, however late, is the next one's. */
function sendInterval() {
  if (!linkIsOpen || !mayCapture(news) || !readsHere()) return; // what was read waits
  const sums = reader.due(intervalMs ?? news.interval_ms);
  if (!sums) return;
  seq = nextSeq(seq);
  if (!link.send(encodeInterval(seq, Date.now(), reader.engineHash(), sums))) return;
  intervalSeq = seq;
  reader.taken();
}

/** Send a picture; resolves to its answer, or null. */
async function answerTo(jpeg) {
  seq = nextSeq(seq);
  const isOut = link.send(encodeFrame(seq, Date.now(), jpeg));
  const answer = isOut ? await settled(seq, jpeg) : null;
  if (!answer && linkIsOpen && ++unanswered >= UNANSWERED_IN_A_ROW) link.giveUp();
  return answer;
}

function settled(sent, jpeg) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer);
      inFlight = null;
      resolve(answer);
    };
    const timer = setTimeout(settle, ANSWER_WITHIN_MS, null);
    inFlight = { seq: sent, jpeg, settle };
  });
}

async function useCamera(camera) {
  dropCamera();
  echo = Boolean(camera.echo);
  const opened = (source = sourceOf(camera));
  const problem = await drawingProblem();
  if (opened !== source) return;
  if (problem) {
    dropCamera();
    return postMessage({ type: "camera-problem", kind: problem });
  }
  watch = pictureWatch(() => takeFrom(opened), sleep);
  run();
}

const drawingProblem = () =>
  readsWhatItDraws().then(
    (yes) => (yes ? "" : "scrambled"),
    () => "too_old",
  );

function sourceOf({ readable, track }) {
  if (readable) return streamSource(readable);
  if (track) return streamSource(new MediaStreamTrackProcessor({ track }).readable, track);
  return pageSource(() => postMessage({ type: "want-bitmap" }));
}

async function takeFrom(camera) {
  const picture = await camera.next();
  if (!picture) return null;
  return readsHere() ? (toPixels ??= pixelReader())(picture) : (toJpeg ??= jpegMaker())(picture);
}

function dropCamera() {
  source?.stop();
  source = watch = null;
  reader.forget();
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

onmessage = ({ data }) => {
  if (data.type === "ping") return postMessage({ type: "pong" });
  link.obey(data);
  if (data.type === "disconnect") disconnect();
  else if (data.type === "camera") useCamera(data);
  else if (data.type === "camera-off") dropCamera();
  else if (data.type === "bitmap") source?.deliver?.(data.bitmap);
  else if (data.type === "engine") engineUrls = data.urls;
  else if (data.type === "alone") goAlone(data);
};

postMessage({
  type: "hello",
  readsTracks: "MediaStreamTrackProcessor" in globalThis,
  draws: "OffscreenCanvas" in globalThis && "convertToBlob" in OffscreenCanvas.prototype,
});
