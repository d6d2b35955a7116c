// Where this student's pictures are read, in the camera's part of the page.
import { deviceErrorText } from "../lib/device_errors.js";
import { percent } from "../lib/format.js";
import { setText, showState } from "../lib/show.js";

/** Where the engine's files are, as the page says; they are fetched once they may be used. */
export function engineUrls(root) {
  const { about, kernels, detector, network, golden } = root.querySelector("[data-engine-files]").dataset;
  return { about, kernels, detector, network, golden };
}

/** Show what holds now; `reading`: of whereRead in student_state.js, engine: the Worker's last word on it, or null. */
export function showEngine(root, reading, engine) {
  setText(root.querySelector("[data-engine-share]"), percent(engine?.share ?? 0));
  if (engine?.is === "failed") {
    const { problem, remedy, action } = deviceErrorText(engine.kind);
    setText(root.querySelector("[data-engine-problem]"), problem);
    setText(root.querySelector("[data-engine-remedy]"), remedy);
    root.querySelector("[data-action=reload]").hidden = action !== "reload";
  }
  showState(root, reading);
}
