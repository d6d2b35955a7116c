// What the student's page says: one state out of everything that is known.

// An open camera is not yet taking part: its pictures must come.
const CAMERA = {
  on: "live",
  starting: "camera_starting",
  pending: "camera_starting",
  silent: "camera_silent",
  black: "camera_black",
  frozen: "camera_frozen",
  error: "camera_error",
};
// Where this device reads the pictures, it must be able to.
const LIVE = { loading: "preparing", failed: "unable" };
const SAID_WHILE_AWAY = new Set(["crowded", "too_fast", "restarted"]);

/**
 * The page's state, most binding first.
 *
 * link: "connecting" | "open" | "waiting" | "closed"
 * reason: why the socket last closed, see close_codes.js, or "restarted" with its Worker; "" when it has not, or is open again
 * session: state sent by the server, or null before the first news
 * offered: expression is offered in this class; expression: this student agreed to it
 * camera: as of camera_panel.js
 * reading: where pictures are read, see `whereRead`
 */
export function pageState({ link, reason, session, offered, expression, camera, reading }) {
  if (link === "closed") return reason;
  if (session === "ended" || session === "ending") return "ended";
  if (link !== "open")
    return reason ? (SAID_WHILE_AWAY.has(reason) ? reason : "disconnected") : "connecting";
  if (session === null) return "connecting";
  if (session === "draft") return "waiting";
  if (session === "paused") return "paused";
  if (!offered) return "not_offered";
  if (!expression) return "not_chosen";
  const state = CAMERA[camera] ?? "camera_off";
  return state === "live" ? (LIVE[reading] ?? state) : state;
}

/**
 * Where this student's pictures are read: "server", "device", "loading" (on this device soon), "failed" (nowhere) or
 * "instead" (on the server, since this device cannot, and the student agreed to either); "" before that is known.
 *
 * inference: of the server's news; engine: what the capture Worker says of its own, or null.
 */
export function whereRead(inference, engine) {
  if (inference !== "device" && inference !== "either") return inference ?? "";
  if (engine?.is === "ready") return "device";
  if (engine?.is !== "failed") return "loading";
  return inference === "either" ? "instead" : "failed";
}

/**
 * Whether the server allows less than this page was made for, a new consent text or a new policy, or the lesson
 * began with other choices than the page was opened with, or shows its students the result since then, or no more.
 */
export function outOfDate(news, { offered, expression, pulseOffered, pulse, choices, seesResult }) {
  if (news.state !== "live") return false;
  if (Boolean(news.result) !== Boolean(seesResult)) return true;
  if (JSON.stringify(news.choices ?? null) !== choices) return true;
  return (offered && expression && !news.expression) || (pulseOffered && pulse && !news.pulse);
}

/** The camera runs only with consent, while wanted, and never while the class is paused or over. */
export function cameraMayRun({ wanted, offered, expression, session, link }) {
  const open = session === "draft" || session === "live";
  return Boolean(wanted && offered && expression && open && link !== "closed");
}

/** Frames leave the browser only in a live class, with the server's word that they may. */
export const mayCapture = (news) => Boolean(news && news.state === "live" && news.expression);
