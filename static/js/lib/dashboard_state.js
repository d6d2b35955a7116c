// What the teacher's page says large: one state out of everything that is known.
import { gettext } from "./i18n.js";

/** The state of the large panel, from a snapshot. */
export function heroState({ state, last_minute: minute, after_pause: afterPause }) {
  if (state === "draft") return "draft";
  if (state === "ending" || state === "ended") return "ending";
  if (minute?.groups || minute?.pulse) return "numbers";
  if (state === "paused") return "paused_empty";
  if (afterPause) return "resumed";
  return minute ? whyEmpty(minute) : "waiting";
}

/** Whether the connection is lost; it is not while the page connects for the first time. */
export const isAway = ({ link, reason }) => link !== "open" && reason !== "";

function whyEmpty({ status, pulse_status }) {
  const both = [status, pulse_status];
  if (both.includes("interrupted")) return "interrupted";
  if (both.includes("paused")) return "resumed";
  return "too_few";
}

/** Why a signal has no numbers in a minute, from its status. */
export const WITHOUT = {
  too_few: gettext("too few students to show"),
  paused: gettext("the lesson was paused"),
  interrupted: gettext("interrupted by a technical problem"),
  off: gettext("not used"),
};

/** Says when something may be spoken again: at most once in `pauseMs`, and only what is new. */
export function sparingly(speak, pauseMs, now = Date.now) {
  let spokenAt = -Infinity;
  let spoken = "";
  return (text) => {
    if (!text || text === spoken || now() - spokenAt < pauseMs) return;
    spokenAt = now();
    spoken = text;
    speak(text);
  };
}
