// The labels of expressions and votes: their words, and the order in which pages show them.

/** From the top of a stack to its bottom; the API's order is FER2013's and travels with the data. */
export const SHOWN = ["happy", "surprise", "neutral", "sad", "fear", "disgust", "angry"];

/** Groups of expressions, in which every class is shown, and small classes alone. */
export const GROUPS = ["pleased", "calm", "strained"];

// The words stand once, in sessions_app/enums.py; pages that need them hand them over.
const holder = globalThis.document?.querySelector("[data-label-words]");
const WORDS = JSON.parse(holder?.dataset.labelWords ?? "{}");

/** What the pulse of this lesson is made of; a tap that was not offered has no word. */
export const PULSE = ["lost", "too_fast", "ok", "too_slow", "no_answer"].filter(
  (vote) => !holder || vote in WORDS,
);

/** The word for an expression or a vote, in the reader's language. */
export const labelWord = (label) => WORDS[label] ?? label;

/** The CSS custom property that holds a label's colour. */
export const colourName = (label) => `--${label.replaceAll("_", "-")}`;
