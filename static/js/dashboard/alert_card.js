// The quiet card of a change that holds: what changed, since when, and whether that was useful to know.
import { startTime } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { sendJson } from "../lib/request.js";
import { setText } from "../lib/show.js";

const FAILED = gettext("The server did not answer. Nothing has changed; try again.");
const SINCE = gettext("Since %(time)s.");
const USEFUL = { yes: true, no: false };

const putAway = new Set(); // in this page and its small view, until the server says so, too

/** The card in `root`; `onPutAway()` once an alert was dismissed or answered here. */
export function alertCard(root, onPutAway) {
  const problem = root.querySelector("[role=alert]");
  let shown = null;

  /** `alert` is null where there is none. */
  function show(alert) {
    const before = shown;
    shown = alert && !putAway.has(nameOf(root, alert)) ? alert : null;
    root.hidden = !shown;
    // What went wrong with one alert says nothing of the next.
    if (problem && shown?.id !== before?.id) problem.hidden = true;
    setText(root.querySelector("[data-words]"), shown?.words ?? "");
    const time = shown && startTime(shown.since, Number(root.dataset.windowS));
    setText(root.querySelector("[data-since]"), time ? fill(SINCE, { time }) : "");
  }

  async function answer(body) {
    const { id } = shown;
    const url = `${root.dataset.alertsUrl}${id}/`;
    const told = await sendJson(url, { method: "PATCH", body }).catch(() => null);
    const said = told?.ok ? "" : ((await told?.json().catch(() => null))?.detail ?? FAILED);
    setText(problem, said);
    problem.hidden = !said;
    if (said) return;
    putAway.add(nameOf(root, { id }));
    onPutAway();
  }

  root.querySelector("[data-close]")?.addEventListener("click", () => answer({}));
  for (const button of root.querySelectorAll("[data-useful]"))
    button.addEventListener("click", () => answer({ useful: USEFUL[button.dataset.useful] }));
  return { show };
}

const nameOf = (root, { id }) => root.dataset.alertsUrl + id;
