// What the teacher's page says large: one state out of everything that is known.

/** The state of the large panel, from the session's state and its newest closed minute, or null. */
export function heroState(state, minute) {
  if (state === "draft") return "draft";
  if (state === "ending" || state === "ended") return "ending";
  if (minute?.shares) return "numbers";
  if (minute?.pulse) return "pulse";
  if (state === "paused") return "paused_empty";
  return minute ? whyEmpty(minute) : "waiting";
}

/** Whether the connection is lost; it is not while the page connects for the first time. */
export const isAway = ({ link, reason }) => link !== "open" && reason !== "";

function whyEmpty({ status, pulse_status }) {
  const both = [status, pulse_status];
  if (both.includes("interrupted")) return "interrupted";
  if (both.includes("paused")) return "resumed";
  return status === "off" ? "too_few_pulse" : "too_few";
}

/** Why a signal has no numbers in a minute, from its status. */
export const WITHOUT = {
  too_few: "too few students to show",
  paused: "the class was paused",
  interrupted: "interrupted",
  off: "not asked for",
};

/** The pulse in a sentence, from the shares of one minute ({tap: 0..1}). */
export function pulseSentence(pulse) {
  if (!pulse) return "";
  const answered = 1 - (pulse.no_answer ?? 0);
  if (answered < 0.25) return "Few students have tapped lately.";
  const [top] = ["lost", "too_fast", "ok", "too_slow"].sort((a, b) => pulse[b] - pulse[a]);
  const amount = pulse[top] / answered > 0.6 ? "Most" : "Many";
  return `${amount} of those who answered say: ${SAID[top]}.`;
}

const SAID = { lost: "I am lost", too_fast: "too fast", ok: "all good", too_slow: "too slow" };

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
