// Takes stills and sends them, also while the page is hidden: timers in a Worker are not slowed down.
//
// From the page: {type: "connect", url, once}, {type: "disconnect"}, {type: "camera", readable | track | byPage},
// {type: "camera-off"}, {type: "bitmap", bitmap}, {type: "retry"}. `once`: no second try by itself. To the page: {type: "link" | "session" | "answer", ...},
// {type: "want-bitmap"}, and at first {type: "hello", readsTracks}.
import { studentIsFinal } from "../lib/close_codes.js";
import { pageSource, streamSource } from "../lib/frame_sources.js";
import { jpegMaker } from "../lib/jpeg.js";
import { openLiveSocket } from "../lib/live_socket.js";
import { encodeFrame, nextSeq } from "../lib/protocol.js";
import { mayCapture } from "../lib/student_state.js";

const ANSWER_WITHIN_MS = 2000;
const DEFAULT_DELAY_MS = 2000;

let socket = null;
let linkIsOpen = false;
let news = null;
let source = null;
let inFlight = null; // {seq, settle}: at most one still without an answer
let seq = 0;
let running = false;
const toJpeg = jpegMaker();

function connect({ url, once }) {
  socket = openLiveSocket(url, {
    isFinal: once ? () => true : studentIsFinal,
    onLink(link) {
      linkIsOpen = link.state === "open";
      if (!linkIsOpen) news = null;
      inFlight?.settle(null);
      postMessage({ type: "link", ...link });
    },
    onMessage(message) {
      if (message.type === "session") heard(message);
      else answered(message);
    },
  });
}

function disconnect() {
  socket?.close();
  linkIsOpen = false;
  news = null;
  inFlight?.settle(null);
}

function heard(message) {
  news = message;
  postMessage(message);
  run();
}

function answered(answer) {
  if (answer.seq === inFlight?.seq) inFlight.settle(answer);
  postMessage({ type: "answer", ...answer });
}

const ready = () => linkIsOpen && source !== null && mayCapture(news);

/** One still after another, for as long as it is allowed; the server's answer sets the pace. */
async function run() {
  if (running) return;
  running = true;
  while (ready()) {
    const answer = await sendOne().catch(() => null); // one bad picture is not the end
    await sleep(answer?.next_delay_ms ?? news?.frame_interval_ms ?? DEFAULT_DELAY_MS);
  }
  running = false;
}

async function sendOne() {
  const picture = await source.next();
  if (!picture) return null;
  const capturedAt = Date.now();
  const jpeg = await toJpeg(picture);
  if (!ready()) return null; // paused or withdrawn while the picture was being made
  seq = nextSeq(seq);
  if (!socket.send(encodeFrame(seq, capturedAt, jpeg))) return null;
  return answerTo(seq);
}

function answerTo(sent) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer);
      inFlight = null;
      resolve(answer);
    };
    const timer = setTimeout(settle, ANSWER_WITHIN_MS, null);
    inFlight = { seq: sent, settle };
  });
}

function useCamera({ readable, track, byPage }) {
  dropCamera();
  if (readable) source = streamSource(readable);
  else if (track) source = streamSource(new MediaStreamTrackProcessor({ track }).readable, track);
  else if (byPage) source = pageSource(() => postMessage({ type: "want-bitmap" }));
  run();
}

function dropCamera() {
  source?.stop();
  source = null;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

onmessage = ({ data }) => {
  if (data.type === "connect") connect(data);
  else if (data.type === "disconnect") disconnect();
  else if (data.type === "camera") useCamera(data);
  else if (data.type === "camera-off") dropCamera();
  else if (data.type === "bitmap") source?.deliver?.(data.bitmap);
  else if (data.type === "retry") socket?.retryNow();
};

postMessage({ type: "hello", readsTracks: "MediaStreamTrackProcessor" in globalThis });
