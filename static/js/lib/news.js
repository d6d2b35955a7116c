// News of a lesson over HTTP, for pages that have no socket: panels in a frame, and the overlay.
import { onAwake } from "./awake.js";
import { ANSWER_WITHIN_MS } from "./request.js";

/**
 * Ask `url()` now and then. `onNews(news)` gets each answer; `onAway()` where none came; `onGone(status)` once, where
 * this page may not ask any more, and nothing is asked after it. A page that is looked at again asks at once.
 */
export function followNews(url, { everyMs, onNews, onAway, onGone }) {
  const spreadMs = everyMs / 4; // so that a whole class does not ask at the same moment
  let timer = null;
  let asking = false;
  let over = false;

  async function ask() {
    if (asking || over) return;
    asking = true;
    clearTimeout(timer);
    const answer = await fetch(url(), {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => null);
    const news = answer?.ok ? await answer.json().catch(() => null) : null;
    asking = false;
    over = answer !== null && [403, 404, 410].includes(answer.status);
    if (over) return onGone(answer.status);
    if (news) onNews(news);
    else onAway();
    timer = setTimeout(ask, everyMs - spreadMs + 2 * spreadMs * Math.random());
  }

  onAwake(ask);
  ask();
}
