// A snapshot in words.
import { WITHOUT, isAway } from "../lib/dashboard_state.js";
import { coverageWord, endTime, joinedWord, startTime } from "../lib/format.js";
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
  draft: gettext("The lesson has not started."),
  waiting: gettext("Waiting for the first numbers."),
  paused_empty: gettext("The lesson is paused."),
  resumed: gettext("Running again."),
  interrupted: gettext("The last minute was interrupted."),
  too_few: gettext("Too few students to show numbers."),
  ending: gettext("The lesson is ending."),
};

const NONE_YET = gettext("none yet");
const AFTER_PAUSE = gettext("after the pause");
const COME_AT = gettext("The next numbers come at %(time)s.");
const CAN_COME_AT = gettext("The next numbers can come at %(time)s.");
const WAITS = new Set(["waiting", "resumed", "interrupted", "too_few"]);

/** The sentences for a snapshot whose large panel is in state `hero`, heard over a `link` as it is now. */
export function snapshotText(snapshot, hero, link) {
  const { state, summary, last_minute: minute, trouble: interruption } = snapshot;
  const withNumbers = hero === "numbers";
  const news = summary.change === summary.sentence ? "" : summary.change;
  return {
    sentence: withNumbers ? summary.sentence : WITHOUT_NUMBERS[hero],
    change: withNumbers ? news : "",
    pulse: withNumbers ? halfText(summary, summary.pulse, minute.pulse_status) : "",
    expression: withNumbers ? halfText(summary, summary.expression, minute.status) : "",
    next: WAITS.has(hero) || snapshot.after_pause ? nextText(snapshot, hero) : "",
    joined: joinedWord(snapshot.joined),
    stateWord: stateWord(state, interruption, link),
  };
}

/** When the next numbers come, where one waits for them. */
function nextText({ next_at: at, window_s: windowS, after_pause: afterPause }, hero) {
  if (!at) return "";
  const text = fill(hero === "too_few" ? CAN_COME_AT : COME_AT, {
    time: startTime(at, windowS),
  });
  return afterPause && hero === "numbers" ? `${WITHOUT_NUMBERS.resumed} ${text}` : text;
}

/** What a half adds to the sentences above both, or why it has no numbers. */
function halfText({ sentence, change }, words, status) {
  const said = [sentence, change];
  if (status !== "released") return fill(gettext("No numbers: %(reason)s."), { reason: WITHOUT[status] });
  const news = new Set([words.sentence, words.change]);
  return [...news].filter((text) => text && !said.includes(text)).join(" ");
}

/** Write each sentence where the page has a place for it. */
export function showText(root, said) {
  for (const element of root.querySelectorAll("[data-said]"))
    setText(element, said[element.dataset.said]);
}

function stateWord(state, interruption, link) {
  if (isAway(link)) return gettext("Disconnected");
  return interruption ? gettext("Interrupted") : STATE_WORDS[state];
}

/** The quiet strip of figures about the class; all of them from minutes that are closed. */
export function statusStrip(root) {
  const figure = (name) => root.querySelector(`[data-figure=${name}]`);
  return {
    show({ state, joined, last_minute: minute, window_s: windowS, next_at: nextAt }, minutes) {
      setText(figure("joined"), joinedWord(joined));
      setText(figure("coverage"), coverageWord(minute?.coverage));
      const next = nextAt ? startTime(nextAt, windowS) : state === "paused" ? AFTER_PAUSE : "–";
      setText(figure("next"), next);
      const newest = newestWithNumbers(minutes);
      setText(figure("newest"), newest ? endTime(newest.starts_at, windowS) : NONE_YET);
    },
  };
}
