// A snapshot in words.
import { WITHOUT, isAway, pulseSentence } from "../lib/dashboard_state.js";
import { clockTime, coverageWord, joinedWord } from "../lib/format.js";
import { newestWithNumbers } from "../lib/series.js";
import { setText } from "../lib/show.js";

export const STATE_WORDS = {
  draft: "Not begun",
  live: "Live",
  paused: "Paused",
  ending: "Ending",
  ended: "Ended",
};

// What the small view and the spoken line say where there is no number to put into words.
const WITHOUT_NUMBERS = {
  draft: "The class has not begun.",
  waiting: "Collecting first readings.",
  paused_empty: "The class is paused.",
  resumed: "The class goes on. The next numbers come after a full minute.",
  interrupted: "The last numbers were interrupted.",
  too_few: "Too few students to show numbers.",
  too_few_pulse: "Too few taps to show.",
  ending: "The class is ending.",
};

/** The sentences for a snapshot whose large panel is in state `hero`, heard over a `link` as it is now. */
export function sayings({ state, summary, last_minute: minute, trouble }, hero, link) {
  const pulse = pulseSentence(minute?.pulse);
  const main = hero === "pulse" ? pulse : summary.sentence || "No clear picture yet.";
  const withNumbers = hero === "numbers" || hero === "pulse";
  return {
    sentence: withNumbers ? main : WITHOUT_NUMBERS[hero],
    change: hero === "numbers" ? summary.change : "",
    pulse: hero === "numbers" ? pulse : "",
    expression: hero === "pulse" && minute.status !== "off" ? withoutFaces(minute) : "",
    coverage: coverageWord(minute?.coverage),
    stateWord: isAway(link) ? "Disconnected" : trouble ? "Interrupted" : STATE_WORDS[state],
  };
}

const withoutFaces = ({ status }) => `Facial expression: ${WITHOUT[status]}.`;

/** The quiet strip of figures about the class; all of them from minutes that are closed. */
export function statusStrip(root) {
  const figure = (name) => root.querySelector(`[data-figure=${name}]`);
  return {
    show({ joined, last_minute: minute, window_s: windowS }, minutes) {
      setText(figure("joined"), joinedWord(joined));
      setText(figure("coverage"), coverageWord(minute?.coverage));
      const newest = newestWithNumbers(minutes);
      setText(figure("newest"), newest ? clockTime(newest.starts_at, windowS) : "none yet");
    },
  };
}
