// What the teacher sees of the last minute, on the page of a student of a lesson that lets students see it.
import { lastMinute } from "../dashboard/last_minute.js";
import { showText, snapshotText } from "../dashboard/snapshot_text.js";
import { heroState } from "../lib/dashboard_state.js";

/** The panel `root`, or null on the page of a lesson that has none. */
export function classResult(root) {
  if (!root) return { show() {} };
  const bars = lastMinute(root);
  const unusual = root.querySelector("[data-part=unusual]");
  return {
    /** `result` as the socket's news hold it, null where nothing is shown; `state` is the lesson's. */
    show(result, state) {
      root.hidden = !result;
      if (!result) return;
      const known = { ...result, state, after_pause: false, next_at: null, trouble: "" };
      const shown = heroState(known);
      showText(root, snapshotText(known, shown, { link: "open", reason: "" }));
      bars.show(shown === "numbers" ? result.last_minute : null, result.emotions);
      if (unusual) unusual.hidden = shown !== "numbers" || !result.last_minute.unusual;
    },
  };
}
