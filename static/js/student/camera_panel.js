// The camera's part of the page: preview, its button, its errors.
import { feedWorker, openCamera, stopCamera } from "../lib/camera.js";
import { cameraErrorText } from "../lib/camera_errors.js";
import { setText, showState } from "../lib/show.js";

/**
 * A camera that runs while allowed; `onChange(state)` gets "off", "held" (wanted, and back by itself
 * when it may), "starting", "on" or "error".
 */
export function cameraPanel(root, worker, onChange) {
  const video = root.querySelector("video");
  let stream = null;
  let state = "off";
  let allowed = false;
  let opening = 0; // counts attempts: only the latest may become the stream
  let readsTracks = false;
  let takePicture = null;

  worker.addEventListener("message", ({ data }) => {
    if (data.type === "hello") readsTracks = data.readsTracks;
    if (data.type === "want-bitmap") deliverPicture();
  });

  function become(next) {
    state = next;
    showState(root, next);
    onChange(next);
  }

  async function start() {
    const mine = ++opening;
    become("starting");
    const opened = await openCamera();
    // Off, or off and on again, while the browser asked.
    if (mine !== opening) return stopCamera(opened.stream);
    if (opened.error) return fail(opened.error);
    stream = opened.stream;
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => track === stream?.getVideoTracks()[0] && fail("stopped"));
    video.srcObject = stream;
    takePicture = feedWorker(worker, stream, { video, readsTracks });
    become("on");
  }

  function stop(next) {
    opening += 1;
    worker.postMessage({ type: "camera-off" });
    stopCamera(stream);
    stream = video.srcObject = takePicture = null;
    become(next);
  }

  function fail(kind) {
    const { problem, remedy } = cameraErrorText(kind);
    setText(root.querySelector("[data-camera-problem]"), problem);
    setText(root.querySelector("[data-camera-remedy]"), remedy);
    stop("error");
  }

  async function deliverPicture() {
    // A camera that has just started has no picture yet; the Worker asks again.
    const bitmap = (await takePicture?.().catch(() => null)) ?? null;
    worker.postMessage({ type: "bitmap", bitmap }, bitmap ? [bitmap] : []);
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
    retry() {
      if (allowed && state === "error") start();
    },
  };
}
