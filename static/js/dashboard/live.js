// News of a class: snapshots over the socket, minutes over HTTP, both kept in one place.
import { onAwake } from "../lib/awake.js";
import { dashboardIsFinal, dashboardReason } from "../lib/close_codes.js";
import { openLiveSocket, socketUrl } from "../lib/live_socket.js";
import { ANSWER_WITHIN_MS } from "../lib/request.js";
import { mergeMinutes } from "../lib/series.js";

/**
 * Follow a class. `onNews(known)` after every change, with {snapshot, minutes, emotions, marks,
 * replies, topics, agenda, link, reason}.
 * Where `alerts` is "off" no snapshot has one. A lost message heals with the next snapshot; missing minutes are asked for by index.
 */
export function followClass({ socketPath, timelineUrl, alerts }, onNews) {
  const known = {
    snapshot: null,
    minutes: [],
    emotions: [],
    marks: [],
    replies: [],
    topics: [],
    agenda: [],
    link: "connecting",
    reason: "",
  };
  let fetchedThrough = -1; // old minutes without a row exist, too, after a long outage
  let marksVersion = -1; // of the marks and topics that are known
  let fetching = false;

  const isBehind = ({ closed_through, marks_version }) =>
    closed_through > fetchedThrough || marks_version > marksVersion;
  const learn = (news) => onNews(Object.assign(known, news));

  async function fetchMinutes() {
    if (fetching) return;
    fetching = true;
    let again = false;
    try {
      const timeline = await timelineAfter(timelineUrl, fetchedThrough);
      fetchedThrough = timeline.closed_through;
      marksVersion = timeline.marks_version;
      learn({
        emotions: timeline.emotions,
        marks: timeline.marks,
        replies: timeline.replies,
        topics: timeline.topics,
        agenda: timeline.agenda,
        minutes: mergeMinutes(known.minutes, timeline.minutes),
      });
      again = known.snapshot !== null && isBehind(known.snapshot); // what came meanwhile
    } catch {
      // The next snapshot asks again.
    } finally {
      fetching = false;
    }
    if (again) fetchMinutes();
  }

  const socket = openLiveSocket(socketUrl(socketPath), {
    isFinal: dashboardIsFinal,
    onLink: ({ state, code }) =>
      learn({
        link: state,
        reason: state === "open" ? "" : code === null ? known.reason : dashboardReason(code),
      }),
    onMessage(snapshot) {
      learn({ snapshot: alerts === "off" ? { ...snapshot, alert: null } : snapshot });
      if (isBehind(snapshot)) fetchMinutes();
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
