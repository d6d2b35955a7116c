// The small view beside the meeting: a floating window where the browser has one, else a popup.
import { SIZE, canFloat, float, sink } from "../lib/floating.js";
import { gettext } from "../lib/i18n.js";
import { setText } from "../lib/show.js";
import { alertCard } from "./alert_card.js";
import { lastMinute } from "./last_minute.js";
import { showText } from "./snapshot_text.js";
import { topicBar } from "./topics.js";

/**
 * A compact view with its bar of topics inside `root`; the same markup stands on its own page and in the floating window.
 * `onTopics` and `onPutAway` are told what was changed in it: topics, or an alert that was dismissed.
 */
export function compactView(root, { onTopics, onPutAway }) {
  const numbers = lastMinute(root);
  return {
    alert: alertCard(root.querySelector("[data-part=alert]"), onPutAway),
    topics: topicBar(root.querySelector("[data-part=topics]"), onTopics),
    show(said, minute, emotions) {
      showText(root, said);
      setText(root.querySelector("[data-state-word]"), said.stateWord);
      numbers.show(minute, emotions);
    },
  };
}

const OWN_WINDOW = gettext(
  "This browser has no floating window. The small view is open in a window of its own: place it beside the meeting.",
);
const NO_WINDOW = gettext(
  "The browser did not open the small view. Allow pop-up windows for this site, then press again.",
);

/**
 * Wire the button that opens the small view, and closes it again where it floats.
 * `onOpen(view | null)` gets the floating one; `say(text)` where there is something to say; `changes` is told
 * what was changed in it.
 */
export function compactButton(button, { template, url, onOpen, changes, say }) {
  button.addEventListener("click", async () => {
    if (!canFloat()) {
      const size = `popup,width=${SIZE.width},height=${SIZE.height}`;
      return say(open(url, "classmood-compact", size) ? OWN_WINDOW : NO_WINDOW);
    }
    if (sink()) return;
    const floating = await float();
    say(floating ? "" : NO_WINDOW);
    if (!floating) return;
    floating.document.body.append(template.content.cloneNode(true));
    floating.addEventListener("pagehide", () => onOpen(null));
    onOpen(compactView(floating.document.querySelector("[data-compact]"), changes));
  });
}
