// News of a class: snapshots over the socket, minutes over HTTP, both kept in one place.
import { onAwake } from "../lib/awake.js";
import { dashboardIsFinal, dashboardReason } from "../lib/close_codes.js";
import { openLiveSocket, socketUrl } from "../lib/live_socket.js";
import { ANSWER_WITHIN_MS } from "../lib/request.js";
import { mergeMinutes } from "../lib/series.js";

/**
 * Follow a class. `onNews(known)` after every change, with {snapshot, minutes, emotions, marks, link, reason}.
 * A lost message heals with the next snapshot; missing minutes are asked for by index.
 */
export function followClass({ socketPath, timelineUrl }, onNews) {
  const known = {
    snapshot: null,
    minutes: [],
    emotions: [],
    marks: [],
    link: "connecting",
    reason: "",
  };
  let fetchedThrough = -1; // old minutes without a row exist, too, after a long outage
  let fetching = false;

  const learn = (news) => onNews(Object.assign(known, news));

  async function fetchMinutes() {
    if (fetching) return;
    fetching = true;
    try {
      const timeline = await timelineAfter(timelineUrl, fetchedThrough);
      fetchedThrough = timeline.closed_through;
      learn({
        emotions: timeline.emotions,
        marks: timeline.marks,
        minutes: mergeMinutes(known.minutes, timeline.minutes),
      });
    } catch {
      // The next snapshot asks again.
    } finally {
      fetching = false;
    }
  }

  const socket = openLiveSocket(socketUrl(socketPath), {
    isFinal: dashboardIsFinal,
    onLink: ({ state, code }) =>
      learn({
        link: state,
        reason: state === "open" ? "" : code === null ? known.reason : dashboardReason(code),
      }),
    onMessage(snapshot) {
      learn({ snapshot });
      if (snapshot.closed_through > fetchedThrough) fetchMinutes();
    },
  });
  onAwake(() => socket.wake());
  fetchMinutes();
}

/** The minutes after an index, and everything else about the class, as the API tells it. */
export async function timelineAfter(url, after) {
  const response = await fetch(`${url}?after=${after}`, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`Expected the timeline, received status ${response.status}.`);
  return response.json();
}
