// The report of a lesson: look again until its file is there, or could not be made.
import { showState } from "./show.js";

const LOOK_AGAIN_MS = 2000;
const ON_ITS_WAY = new Set(["waiting", "making"]);

/** Follow the report that an element tells of (templates/sessions/partials/report_state.html). */
export function followReport(root) {
  if (!root) return;
  let state = root.dataset.state;

  async function look() {
    const answer = await fetch(root.dataset.reportUrl, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    }).catch(() => null); // a line that was gone for a moment
    if (answer?.ok) show(await answer.json());
    if (ON_ITS_WAY.has(state)) setTimeout(look, LOOK_AGAIN_MS);
  }

  function show({ state: newState, problem }) {
    root.querySelector("[data-problem]").textContent = problem;
    if (newState !== state) showState(root, newState);
    state = newState;
  }

  if (ON_ITS_WAY.has(state)) setTimeout(look, LOOK_AGAIN_MS);
}
