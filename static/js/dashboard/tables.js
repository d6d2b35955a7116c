// The table twin of every chart: the same numbers for reading, copying and screen readers.
import { WITHOUT } from "../lib/dashboard_state.js";
import { PULSE, labelWord } from "../lib/expressions.js";
import { elapsed, percent, plusMinus, signed, startTime, twoDigits } from "../lib/format.js";
import { gettext } from "../lib/i18n.js";
import { bandOf, partsOf, shareOf } from "../lib/series.js";

/** Fill a details element's table when it is open, and whenever `show` brings new minutes. */
export function tableTwin(details, { columns: columnsOf, statusOf, markedIn }) {
  let minutes = [];
  const [head, body] = ["thead", "tbody"].map((part) => details.querySelector(part));
  function fill() {
    if (!details.open) return;
    const marked = { head: gettext("Marked"), text: markedIn, isWords: true };
    const columns = [...columnsOf(minutes), ...(minutes.some(markedIn) ? [marked] : [])];
    head.replaceChildren(headRow(columns));
    body.replaceChildren(
      ...minutes.toReversed().map((minute) => row(minute, columns, { statusOf, markedIn })),
    );
  }
  details.addEventListener("toggle", fill);
  return {
    show(newMinutes) {
      minutes = newMinutes;
      fill();
    },
  };
}

// A minute without a value in the first column has none in the others: the row says why.
export const expressionColumns = (windowS, emotions) => (minutes) => [
  ...timeColumns(windowS),
  ...partsOf(minutes).map((name) => ({
    head: labelWord(name),
    text: (minute) =>
      withUncertainty(shareOf(minute, emotions(), name), bandOf(minute, emotions(), name)),
  })),
  {
    head: gettext("Note"),
    text: ({ unusual }) => (unusual ? gettext("unusual faces") : ""),
    isWords: true,
  },
];

const withUncertainty = (share, half) =>
  share == null ? null : [percent(share), plusMinus(half)].map(inOnePiece).join(" ").trim();

/** A number and its sign stay on one line, also in a narrow column. */
const inOnePiece = (text) => text.replace(" ", "\u00a0");

export const valenceColumns = (windowS) => () => [
  ...timeColumns(windowS),
  { head: gettext("Valence"), text: ({ valence }) => (valence == null ? null : signed(valence)) },
  { head: gettext("Uncertainty"), text: ({ valence_band }) => `± ${twoDigits(valence_band)}` },
];

export const pulseColumns = (windowS) => () => [
  ...timeColumns(windowS),
  ...PULSE.map((tap) => ({
    head: labelWord(tap),
    text: ({ pulse, pulse_band }) =>
      pulse ? withUncertainty(pulse[tap], pulse_band?.[tap]) : null,
  })),
];

const timeColumns = (windowS) => [
  {
    head: gettext("Time"),
    text: ({ starts_at }) => startTime(starts_at, windowS),
    isHead: true,
  },
  { head: gettext("From the start"), text: ({ index }) => elapsed(index * windowS) },
];

function row(minute, columns, { statusOf, markedIn }) {
  const tr = document.createElement("tr");
  const [time, since, first] = columns;
  const isEmpty = first.text(minute) === null;
  const shown = isEmpty ? [time, since] : columns;
  tr.append(
    ...shown.map(({ text, isHead, isWords }) =>
      cell(isHead ? "th" : "td", text(minute), isHead ? "row" : null, isWords),
    ),
  );
  if (isEmpty) {
    const why = cell("td", [WITHOUT[statusOf(minute)], markedIn(minute)].filter(Boolean).join(" · "));
    why.className = "soft";
    why.colSpan = columns.length - 2;
    tr.append(why);
  }
  return tr;
}

function headRow(columns) {
  const tr = document.createElement("tr");
  tr.append(
    ...columns.map(({ head, isHead, isWords }) => cell("th", head, "col", isHead || isWords)),
  );
  return tr;
}

function cell(tag, text, scope, isWords) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (scope) made.scope = scope;
  if (!isWords && scope !== "row") made.className = "number";
  return made;
}
