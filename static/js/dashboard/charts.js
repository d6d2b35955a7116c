// The charts of a class with their legends, read-outs and table twins; live page and summary share them.
import { expressionChart } from "../charts/expression_chart.js";
import { pulseChart, valenceChart } from "../charts/small_charts.js";
import { paint } from "../charts/textures.js";
import { onSchemeChange } from "../charts/theme.js";
import { WITHOUT } from "../lib/dashboard_state.js";
import { PULSE, labelWord } from "../lib/expressions.js";
import { elapsed, endTime, percent, signed, startTime } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { gaps, partsOf, shareOf, viewOf } from "../lib/series.js";
import { setText, showView } from "../lib/show.js";
import { topicOf } from "../lib/topics.js";
import { marksIn } from "./marks.js";
import { expressionColumns, notesOf, pulseColumns, tableTwin, valenceColumns } from "./tables.js";

/** Every chart that the page has a place for; `show({minutes, emotions, marks, topics})` redraws them all. */
export function classCharts(root, windowS) {
  let emotions = [];
  let marks = [];
  let topics = [];
  const known = () => emotions;
  const notes = [
    { head: gettext("Topic"), text: (minute) => topicOf(topics, minute, windowS)?.word ?? "" },
    { head: gettext("Marked"), text: (minute) => marksIn(marks, minute, windowS) },
    {
      head: gettext("Recording"),
      text: ({ recording }) => recording?.time ?? "",
      link: ({ recording }) => recording?.link,
    },
  ];
  const parts = [
    [
      "expression",
      expressionChart,
      expressionColumns(windowS, known),
      (minute) => expressionReading(minute, known()),
      ofExpression,
    ],
    ["valence", valenceChart, valenceColumns(windowS), valenceReading, ofExpression],
    ["pulse", pulseChart, pulseColumns(windowS), pulseReading, ofPulse],
  ].flatMap(([name, make, columns, read, statusOf]) => {
    const place = root.querySelector(`[data-chart=${name}]`);
    const options = { make, columns, read, statusOf, windowS, emotions: known, notes };
    return place ? [{ name, ...chartWithTwin(place, options) }] : [];
  });
  return {
    show({ minutes, emotions: labels, marks: newMarks, topics: newTopics }) {
      emotions = labels;
      marks = newMarks;
      topics = newTopics;
      for (const part of parts) part.show(minutes, { marks, topics });
      nameGaps(root.querySelector("[data-gaps]"), minutes, windowS);
    },
    /** Show one minute everywhere, and bring the reader to what chart `name` says of it. */
    point(name, index) {
      for (const part of parts) part.point(index);
      parts.find((part) => part.name === name)?.bringHere();
    },
  };
}

const GAP_WORDS = {
  paused: gettext("Paused %(from)s to %(to)s"),
  interrupted: gettext("Interrupted %(from)s to %(to)s"),
};

/** Say when the class was paused or interrupted. */
function nameGaps(list, minutes, windowS) {
  const at = new Map(minutes.map((minute) => [minute.index, minute.starts_at]));
  const runs = gaps(minutes, ({ status, pulse_status }) => [status, pulse_status]);
  list.hidden = !runs.length;
  list.replaceChildren(
    ...runs.map(({ kind, from, to }) => {
      const item = document.createElement("li");
      item.dataset.kind = kind;
      item.textContent = fill(GAP_WORDS[kind], {
        from: startTime(at.get(from), windowS),
        to: endTime(at.get(to - 1), windowS),
      });
      return item;
    }),
  );
}

/** A minute by the reader's clock, then by the time since the start. */
const momentOf = ({ index, starts_at }, windowS) =>
  fill(gettext("%(clock)s (%(elapsed)s from the start)"), {
    clock: startTime(starts_at, windowS),
    elapsed: elapsed(index * windowS),
  });

const ofExpression = ({ status }) => status;
const ofPulse = ({ pulse_status }) => pulse_status;

function chartWithTwin(place, { make, columns, read, statusOf, windowS, emotions, notes }) {
  const readout = place.querySelector("[data-readout]");
  const hint = readout.textContent;
  const onPoint = (minute) =>
    setText(readout, minute ? `${momentOf(minute, windowS)} – ${said(minute)}` : hint);
  const said = (minute) =>
    [read(minute) ?? WITHOUT[statusOf(minute)], ...notesOf(notes, minute)].join(" · ");
  const chart = make(place.querySelector("[data-canvas]"), {
    windowS,
    emotions,
    statusOf,
    onPoint,
  });
  const twin = tableTwin(place.querySelector("details"), { columns, statusOf, notes });
  const legend = wireLegend(place, chart);
  return {
    show(minutes, drawn) {
      legend.show(viewOf(minutes));
      chart.show(minutes, drawn);
      twin.show(minutes);
    },
    point: chart.point,
    bringHere() {
      place.scrollIntoView({ block: "center" });
      readout.tabIndex = -1;
      readout.focus({ preventScroll: true });
    },
  };
}

/** Swatches everywhere; where entries are buttons, one press shows that label or group alone. */
function wireLegend(place, chart) {
  let shown = "";
  const swatches = [...place.querySelectorAll("[data-swatch]")];
  const colourAll = () => swatches.forEach((swatch) => paint(swatch, swatch.dataset.swatch));
  colourAll();
  onSchemeChange(colourAll);
  const buttons = [...place.querySelectorAll("[data-choose]")];
  function press(button) {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    chart.choose(button?.dataset.choose ?? null);
  }
  for (const button of buttons)
    button.addEventListener("click", () =>
      press(button.getAttribute("aria-pressed") === "true" ? null : button),
    );
  return {
    show(view) {
      showView(place, view);
      if (view !== shown && buttons.length) press(null);
      shown = view;
    },
  };
}

function expressionReading(minute, emotions) {
  if (!minute.groups) return null;
  return partsOf([minute])
    .map((name) => `${labelWord(name)} ${percent(shareOf(minute, emotions, name))}`)
    .join(" · ");
}

const valenceReading = ({ valence }) => (valence == null ? null : signed(valence));

const pulseReading = ({ pulse }) =>
  pulse
    ? PULSE.map((tap) => `${labelWord(tap)} ${percent(pulse[tap])}`).join(" · ")
    : null;
