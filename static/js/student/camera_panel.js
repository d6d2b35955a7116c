// The camera's part of the page: preview, its button, its errors.
import { feedWorker, openCamera, stopCamera } from "../lib/camera.js";
import { cameraErrorText } from "../lib/camera_errors.js";
import { deviceOf } from "../lib/device.js";
import { setText, showState } from "../lib/show.js";

const ANSWERS_WITHIN_MS = 8000;
// What the Worker says of the pictures, as states of the panel.
const RUNNING = { coming: "on", none: "silent", black: "black", frozen: "frozen" };

/**
 * A camera that runs while allowed; `onChange(state)` gets "off", "held" (wanted, and back by itself
 * when it may), "starting", "pending" (no answer yet, for long), "on", "silent" (no pictures), "black", "frozen"
 * or "error". `echo`: the Worker's answers shall hold the frame that they are about.
 */
export function cameraPanel(root, channel, onChange, { echo = false } = {}) {
  const video = root.querySelector("video");
  let greet = null;
  let hello = new Promise((resolve) => (greet = resolve));
  let stream = null;
  let state = "off";
  let allowed = false;
  let opening = 0; // counts attempts: only the latest may become the stream
  let takePicture = null;

  channel.listen((message) => {
    if (message.type === "hello") greeted(message);
    else if (message.type === "restarted" && stream) feed();
    else if (message.type === "want-bitmap") deliverPicture();
    else if (message.type === "camera-problem" && stream) fail(message.kind);
    else if (message.type === "pictures" && stream) running(message.are);
  });

  function become(next) {
    if (next === state) return;
    state = next;
    showState(root, next);
    onChange(next);
  }

  function greeted(message) {
    greet(message);
    hello = message;
    if (message.problem && stream) fail(message.problem);
  }

  async function start() {
    const mine = ++opening;
    become("starting");
    const timer = setTimeout(() => mine === opening && become("pending"), ANSWERS_WITHIN_MS);
    const { problem } = await hello;
    const opened = problem || mine !== opening ? { error: problem } : await openCamera();
    clearTimeout(timer);
    // Off, or off and on again, while the browser asked.
    if (mine !== opening) return stopCamera(opened.stream);
    if (opened.error) return fail(opened.error, opened.name);
    use(opened.stream);
  }

  function use(opened) {
    stream = opened;
    const [track] = stream.getVideoTracks();
    const mine = (then) => () => track === stream?.getVideoTracks()[0] && then();
    track.addEventListener("ended", mine(() => fail("stopped")));
    track.addEventListener("mute", mine(() => running("none")));
    track.addEventListener("unmute", mine(() => running("coming")));
    video.srcObject = stream;
    feed();
    running(track.muted ? "none" : "coming");
  }

  async function feed() {
    const fed = stream;
    const { readsTracks } = await hello;
    if (fed === stream) takePicture = feedWorker(channel, stream, { video, readsTracks, echo });
  }

  /** A muted track may still give pictures, all black; they are none. */
  function running(are) {
    const [track] = stream.getVideoTracks();
    become(RUNNING[track.muted ? "none" : are]);
  }

  function stop(next) {
    opening += 1;
    channel.post({ type: "camera-off" });
    stopCamera(stream);
    stream = video.srcObject = takePicture = null;
    become(next);
  }

  function fail(kind, name) {
    const { problem, remedy, action } = cameraErrorText(kind, name, deviceOf(navigator));
    setText(root.querySelector("[data-camera-problem]"), problem);
    setText(root.querySelector("[data-camera-remedy]"), remedy);
    stop("error");
    for (const button of root.querySelectorAll("[data-remedy]"))
      button.hidden = button.dataset.remedy !== action;
  }

  async function deliverPicture() {
    // A camera that has just started has no picture yet; the Worker asks again.
    const bitmap = (await takePicture?.().catch(() => null)) ?? null;
    channel.post({ type: "bitmap", bitmap }, bitmap ? [bitmap] : []);
  }

  showState(root, state);
  return {
    /** Run from now on, or stop at once. Saying the same again changes nothing. */
    allow(may, wanted) {
      const resting = wanted ? "held" : "off";
      if (may === allowed && (may || state === resting)) return;
      allowed = may;
      if (may) start();
      else stop(resting);
    },
    /** On a press of the visitor, after an error or a long wait. */
    retry() {
      if (allowed && ["error", "pending"].includes(state)) start();
    },
  };
}
