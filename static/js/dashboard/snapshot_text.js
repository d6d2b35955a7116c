// A snapshot in words.
import { WITHOUT, isAway, pulseSentence } from "../lib/dashboard_state.js";
import { coverageWord, endTime, joinedWord } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { newestWithNumbers } from "../lib/series.js";
import { setText } from "../lib/show.js";

export const STATE_WORDS = {
  draft: gettext("Not started"),
  live: gettext("Live"),
  paused: gettext("Paused"),
  ending: gettext("Ending"),
  ended: gettext("Ended"),
};

// What the small view and the spoken line say where there is no number to put into words.
const WITHOUT_NUMBERS = {
  draft: gettext("The class has not started."),
  waiting: gettext("Waiting for the first numbers."),
  paused_empty: gettext("The class is paused."),
  resumed: gettext("The class continues. The next numbers come after a full minute."),
  interrupted: gettext("The last minute was interrupted."),
  too_few: gettext("Too few students to show numbers."),
  too_few_pulse: gettext("Too few taps to show."),
  ending: gettext("The class is ending."),
};

const NONE_YET = gettext("none yet");
const UNCLEAR = gettext("The numbers are not clear yet.");

/** The sentences for a snapshot whose large panel is in state `hero`, heard over a `link` as it is now. */
export function snapshotText(snapshot, hero, link) {
  const { state, summary, last_minute: minute, trouble: interruption } = snapshot;
  const pulse = pulseSentence(minute?.pulse);
  const main = hero === "pulse" ? pulse : summary.sentence || UNCLEAR;
  const withNumbers = hero === "numbers" || hero === "pulse";
  return {
    sentence: withNumbers ? main : WITHOUT_NUMBERS[hero],
    change: hero === "numbers" ? summary.change : "",
    pulse: hero === "numbers" ? pulse : "",
    expression: hero === "pulse" && minute.status !== "off" ? withoutFaces(minute) : "",
    coverage: coverageWord(minute?.coverage),
    joined: joinedWord(snapshot.joined),
    stateWord: stateWord(state, interruption, link),
  };
}

const withoutFaces = ({ status }) =>
  fill(gettext("Facial expression: %(reason)s."), { reason: WITHOUT[status] });

function stateWord(state, interruption, link) {
  if (isAway(link)) return gettext("Disconnected");
  return interruption ? gettext("Interrupted") : STATE_WORDS[state];
}

/** The quiet strip of figures about the class; all of them from minutes that are closed. */
export function statusStrip(root) {
  const figure = (name) => root.querySelector(`[data-figure=${name}]`);
  return {
    show({ joined, last_minute: minute, window_s: windowS }, minutes) {
      setText(figure("joined"), joinedWord(joined));
      setText(figure("coverage"), coverageWord(minute?.coverage));
      const newest = newestWithNumbers(minutes);
      setText(figure("newest"), newest ? endTime(newest.starts_at, windowS) : NONE_YET);
    },
  };
}
