// A snapshot in words.
import { isAway, pulseSentence } from "../lib/dashboard_state.js";
import { age, coverageWord } from "../lib/format.js";
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
  nobody: "Nothing came in lately.",
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
    coverage: coverageWord(minute?.coverage),
    stateWord: isAway(link) ? "Disconnected" : trouble ? "Interrupted" : STATE_WORDS[state],
  };
}

/** The quiet strip of figures about the connection and the class. */
export function statusStrip(root) {
  const figure = (name) => root.querySelector(`[data-figure=${name}]`);
  return {
    /** `heardAt`: when the snapshot came, by this page's clock; its ages grow from then on. */
    show(snapshot, heardAt) {
      const newestAgeS = snapshot.newest_reading_age_s;
      const sinceS = (Date.now() - heardAt) / 1000;
      setText(figure("joined"), snapshot.joined ? `${snapshot.joined} or more` : "under 5");
      setText(figure("coverage"), coverageWord(snapshot.last_minute?.coverage));
      setText(figure("newest"), newestAgeS == null ? age(null) : age(newestAgeS + sinceS));
      setText(figure("dropped"), String(snapshot.dropped_last_minute ?? 0));
      setText(figure("lag"), snapshot.lag_ms == null ? "–" : `${snapshot.lag_ms} ms`);
    },
  };
}
