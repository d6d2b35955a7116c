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
const SAID_WHILE_AWAY = new Set(["crowded", "too_fast"]);

/**
 * The page's state, most binding first.
 *
 * link: "connecting" | "open" | "waiting" | "closed"
 * reason: why the socket last closed, see close_codes.js; "" when it has not, or is open again
 * session: state sent by the server, or null before the first news
 * offered: expression is offered in this class; expression: this student agreed to it
 * camera: as of camera_panel.js
 */
export function pageState({ link, reason, session, offered, expression, camera }) {
  if (link === "closed") return reason;
  if (session === "ended" || session === "ending") return "ended";
  if (link !== "open")
    return reason ? (SAID_WHILE_AWAY.has(reason) ? reason : "disconnected") : "connecting";
  if (session === null) return "connecting";
  if (session === "draft") return "waiting";
  if (session === "paused") return "paused";
  if (!offered) return "not_offered";
  if (!expression) return "not_chosen";
  return CAMERA[camera] ?? "camera_off";
}

/** Whether the server allows less than this page was made for: a new consent text, a new policy. */
export function outOfDate(news, { offered, expression, pulseOffered, pulse }) {
  if (news.state !== "live") return false;
  return (offered && expression && !news.expression) || (pulseOffered && pulse && !news.pulse);
}

/** The camera runs only with consent, while wanted, and never while the class is paused or over. */
export function cameraMayRun({ wanted, offered, expression, session, link }) {
  const open = session === "draft" || session === "live";
  return Boolean(wanted && offered && expression && open && link !== "closed");
}

/** Frames leave the browser only in a live class, with the server's word that they may. */
export const mayCapture = (news) => Boolean(news && news.state === "live" && news.expression);
