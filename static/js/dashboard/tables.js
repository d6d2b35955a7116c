// The table twin of every chart: the same numbers for reading, copying and screen readers.
import { PULSE, SHOWN, expressionWord, pulseWord } from "../lib/expressions.js";
import { elapsed, percent, plusMinus, signed } from "../lib/format.js";
import { bandOf, shareOf } from "../lib/series.js";

const NO_NUMBERS = { too_few: "too few students", interrupted: "interrupted" };

/** Fill a details element's table when it is open, and whenever `show` brings new minutes. */
export function tableTwin(details, columns) {
  let minutes = [];
  const body = details.querySelector("tbody");
  const fill = () =>
    details.open &&
    body.replaceChildren(...minutes.toReversed().map((minute) => row(minute, columns)));
  details.querySelector("thead").replaceChildren(headRow(columns));
  details.addEventListener("toggle", fill);
  return {
    show(newMinutes) {
      minutes = newMinutes;
      fill();
    },
  };
}

export const expressionColumns = (windowS, emotions) => [
  timeColumn(windowS),
  ...SHOWN.map((label) => ({
    head: expressionWord(label),
    text: (minute) =>
      shareAndBand(shareOf(minute, emotions(), label), bandOf(minute, emotions(), label)),
  })),
  noteColumn(({ status, unusual }) => NO_NUMBERS[status] ?? (unusual ? "unusual faces" : "")),
];

export const valenceColumns = (windowS) => [
  timeColumn(windowS),
  { head: "Valence", text: ({ valence }) => signed(valence) },
  {
    head: "Uncertainty",
    text: ({ valence_band }) => (valence_band == null ? "" : `± ${valence_band.toFixed(2)}`),
  },
];

export const pulseColumns = (windowS) => [
  timeColumn(windowS),
  ...PULSE.map((tap) => ({ head: pulseWord(tap), text: ({ pulse }) => percent(pulse?.[tap]) })),
  noteColumn(({ status, pulse }) =>
    pulse ? "" : status === "interrupted" ? NO_NUMBERS.interrupted : NO_NUMBERS.too_few,
  ),
];

const timeColumn = (windowS) => ({
  head: "From the start",
  text: ({ index }) => elapsed(index * windowS),
  isHead: true,
});
const noteColumn = (text) => ({ head: "Note", text, isWords: true });
const shareAndBand = (share, band) =>
  share == null ? "–" : `${percent(share)} ${plusMinus(band)}`;

function row(minute, columns) {
  const tr = document.createElement("tr");
  tr.append(
    ...columns.map(({ text, isHead, isWords }) =>
      cell(isHead ? "th" : "td", text(minute), isHead ? "row" : null, isWords),
    ),
  );
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
