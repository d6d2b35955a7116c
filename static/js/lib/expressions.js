// The seven expressions: the words for them, and the order in which pages show them.

/** From the top of a stack to its bottom; the API's order is FER2013's and travels with the data. */
export const SHOWN = ["happy", "surprise", "neutral", "sad", "fear", "disgust", "angry"];

const WORDS = {
  happy: "Happy",
  surprise: "Surprised",
  neutral: "Neutral",
  sad: "Sad",
  fear: "Fearful",
  disgust: "Disgusted",
  angry: "Angry",
};

export const PULSE = ["lost", "too_fast", "ok", "too_slow", "no_answer"];

const PULSE_WORDS = {
  lost: "Lost",
  too_fast: "Too fast",
  ok: "All good",
  too_slow: "Too slow",
  no_answer: "No answer",
};

export const expressionWord = (label) => WORDS[label] ?? label;
export const pulseWord = (tap) => PULSE_WORDS[tap] ?? tap;

/** The CSS custom property that holds a label's colour. */
export const colourName = (label) => `--${label.replaceAll("_", "-")}`;
