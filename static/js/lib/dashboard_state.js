// What the teacher's page says large: one state out of everything that is known.

/**
 * The state of the large panel.
 *
 * state: of the session; expressionOn: expression is offered in this class;
 * minute: the newest minute with anything in it, or null; closedThrough: index of the newest closed one.
 */
export function heroState({ state, expressionOn, minute, closedThrough = -1 }) {
  if (state === "draft") return "draft";
  if (state === "ending" || state === "ended") return "ending";
  if (!minute) return state === "paused" ? "paused_empty" : "waiting";
  if (state === "live" && closedThrough > minute.index) return "nobody";
  if (minute.status === "interrupted") return state === "paused" ? "paused_empty" : "interrupted";
  if (!expressionOn) return minute.pulse ? "pulse" : "too_few_pulse";
  return minute.shares ? "numbers" : "too_few";
}

/** Whether the connection is lost; it is not while the page connects for the first time. */
export const isAway = ({ link, reason }) => link !== "open" && reason !== "";

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
