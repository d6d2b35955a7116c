// Advice about the picture, from the last answers of the server.

const DARK_LUMA = 40; // mean brightness of the face, 0 to 255
const IN_A_ROW = 3;

/**
 * "no_face", "two_faces", "dark" or "": the first that the last three looked-at frames agree on.
 * Answers of dropped or rejected frames say nothing about the picture and are skipped.
 */
export function hintFor(answers) {
  const seen = answers
    .filter(({ state }) => state === "ok" || state === "no_face")
    .slice(-IN_A_ROW);
  if (seen.length < IN_A_ROW) return "";
  if (seen.every(({ state }) => state === "no_face")) return "no_face";
  if (seen.every(({ faces }) => faces > 1)) return "two_faces";
  if (seen.every(isDark)) return "dark";
  return "";
}

const isDark = ({ luma }) => typeof luma === "number" && luma < DARK_LUMA;

/** The newest answers only, so that a page open all day stays small. */
export const remember = (answers, answer) => [...answers, answer].slice(-8);
