// The small view beside the meeting: a floating window where the browser has one, else a popup.
import { setText } from "../lib/show.js";
import { lastMinuteBars } from "./last_minute.js";

const SIZE = { width: 340, height: 400 };

/** A compact view inside `root`; the same markup stands on its own page and in the floating window. */
export function compactView(root) {
  const bars = lastMinuteBars(root);
  return {
    show({ sentence, change, stateWord, minute, emotions }) {
      setText(root.querySelector("[data-sentence]"), sentence);
      setText(root.querySelector("[data-change]"), change);
      setText(root.querySelector("[data-state-word]"), stateWord);
      root.querySelector("[data-bars]").hidden = !minute?.groups;
      bars.show(minute, emotions);
    },
  };
}

/**
 * Wire the button that opens the small view, and closes it again where it floats.
 * `onOpen(view | null)` gets the floating one.
 */
export function compactButton(button, { template, url, onOpen }) {
  button.addEventListener("click", async () => {
    if (!("documentPictureInPicture" in globalThis)) {
      open(url, "classmood-compact", `popup,width=${SIZE.width},height=${SIZE.height}`);
      return;
    }
    if (documentPictureInPicture.window) return documentPictureInPicture.window.close();
    const floating = await documentPictureInPicture.requestWindow(SIZE);
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]"))
      floating.document.head.append(sheet.cloneNode());
    floating.document.documentElement.lang = document.documentElement.lang;
    floating.document.title = document.title;
    floating.document.body.className = "compact-page";
    floating.document.body.append(template.content.cloneNode(true));
    floating.addEventListener("pagehide", () => onOpen(null));
    onOpen(compactView(floating.document.querySelector("[data-compact]")));
  });
}
