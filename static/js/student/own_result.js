// A student's own last result, seen by that student alone.
import { percent } from "../lib/format.js";
import { setText } from "../lib/show.js";

/** Fill the seven bars from the scores of one answer ({label: 0..1}), or empty them. */
export function showOwnResult(root, scores) {
  root.querySelector("[data-scores-empty]").hidden = Boolean(scores);
  for (const row of root.querySelectorAll("[data-score]")) {
    const score = scores?.[row.dataset.score] ?? null;
    row.querySelector(".bar > span").style.inlineSize = `${(score ?? 0) * 100}%`;
    setText(row.querySelector("[data-value]"), percent(score));
  }
}
