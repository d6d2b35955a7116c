// The waiting room of a course: asks now and then whether a class has begun, and opens it.
import { onAwake } from "../lib/awake.js";
import { ANSWER_WITHIN_MS } from "../lib/request.js";
import { showState } from "../lib/show.js";

const ASK_EVERY_MS = 8_000;
const SPREAD_MS = 4_000; // so that a whole class does not ask at the same moment

const GONE = [404, 410]; // the link was replaced; the page of that says so

const room = document.querySelector("[data-waiting]");
let timer = null;
let asking = false;

/** Whether a class can be joined: true, false, or null where nobody answered. */
async function isOpen() {
  const answer = await fetch(location.pathname, {
    headers: { Accept: "application/json" },
    credentials: "omit",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => null);
  if (answer?.ok) return (await answer.json()).open;
  return GONE.includes(answer?.status) ? true : null;
}

async function ask() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  const open = await isOpen();
  asking = false;
  showState(room, open === null ? "away" : open ? "open" : "waiting");
  if (open) location.reload();
  else askLater();
}

function askLater() {
  timer = setTimeout(ask, ASK_EVERY_MS + Math.random() * SPREAD_MS);
}

if (room) {
  onAwake(ask);
  askLater();
}
