// The table twin of every chart: the same numbers for reading, copying and screen readers.
import { WITHOUT } from "../lib/dashboard_state.js";
import { PULSE, labelWord } from "../lib/expressions.js";
import { elapsed, percent, plusMinus, signed, startTime, twoDigits } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { bandOf, partsOf, shareOf } from "../lib/series.js";

/** Fill a details element's table when it is open, and whenever `show` brings new minutes. */
export function tableTwin(details, { columns: columnsOf, statusOf, notes }) {
  let minutes = [];
  const [head, body] = ["thead", "tbody"].map((part) => details.querySelector(part));
  function fillTable() {
    if (!details.open) return;
    const noted = notes.filter(({ text }) => minutes.some(text));
    const columns = [
      ...columnsOf(minutes),
      ...noted.map((note) => ({ ...note, isWords: true })),
    ];
    head.replaceChildren(headRow(columns));
    body.replaceChildren(
      ...minutes.toReversed().map((minute) => row(minute, columns, { statusOf, notes })),
    );
  }
  details.addEventListener("toggle", fillTable);
  return {
    show(newMinutes) {
      minutes = newMinutes;
      fillTable();
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

/** What is noted of a minute, each with its heading. */
export const notesOf = (notes, minute) =>
  notes.flatMap(({ head, text }) => {
    const words = text(minute);
    return words ? [fill(gettext("%(heading)s: %(words)s"), { heading: head, words })] : [];
  });

function row(minute, columns, { statusOf, notes }) {
  const tr = document.createElement("tr");
  const [time, since, first] = columns;
  const isEmpty = first.text(minute) === null;
  const shown = isEmpty ? [time, since] : columns;
  tr.append(
    ...shown.map(({ text, link, isHead, isWords }) =>
      linked(cell(isHead ? "th" : "td", text(minute), isHead ? "row" : null, isWords), link?.(minute)),
    ),
  );
  if (isEmpty) {
    const why = cell("td", [WITHOUT[statusOf(minute)], ...notesOf(notes, minute)].join(" · "));
    why.className = "soft";
    why.colSpan = columns.length - 2;
    tr.append(why);
  }
  return tr;
}

/** The same cell, its text a link where there is an address. */
function linked(made, address) {
  if (!address) return made;
  const link = document.createElement("a");
  link.href = address;
  link.rel = "noreferrer";
  link.textContent = made.textContent;
  made.replaceChildren(link);
  return made;
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
