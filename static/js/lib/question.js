// Whether a student is asked something about a lesson that is over, on a page that stays open.
import { ANSWER_WITHIN_MS } from "./request.js";

const EVERY_MS = 30_000;
const FOR_MS = 2 * 60 * 60_000; // nobody waits longer before a page that says nothing
const NO_ENTRY = new Set([403, 404]);

/**
 * Look at `url` now and then, while the page is seen; `onAsked()` once. All pages of a class hear of its end in the
 * same second, so each begins at a time of its own.
 */
export function followQuestion(url, onAsked) {
  const until = Date.now() + FOR_MS;

  async function look() {
    if (Date.now() > until) return;
    const asked = document.visibilityState === "visible" && (await isAsked(url));
    if (asked) onAsked();
    else if (asked !== null) setTimeout(look, EVERY_MS);
  }

  setTimeout(look, Math.random() * EVERY_MS);
}

/** Null where this browser has no part in the lesson any more, and the lesson perhaps is deleted. */
async function isAsked(url) {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal }).catch(() => null);
  if (NO_ENTRY.has(answer?.status)) return null;
  return answer?.ok ? answer.json().then(({ asked }) => asked, () => false) : false;
}
