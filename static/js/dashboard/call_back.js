// The tab's title and icon, and notifications for teachers who want them.
import { callsBack, tabState, tabTitle } from "../lib/call_back.js";
import { gettext } from "../lib/i18n.js";
import { setText } from "../lib/show.js";

const KEPT_AS = "classmood-notifications"; // "on", "sound", or nothing
const DOTS = { alert: "#d54e2a", away: "#7d8e91", paused: "#c08a00", change: "#2b7bd0" };

const NO_SUCH = gettext(
  "This browser shows no notifications. Keep the tab in view: its title and icon say what happens.",
);
const BLOCKED = gettext(
  "Notifications are blocked for this site. Allow them in the browser's settings for this site, then switch them on again.",
);
const ON = gettext("You are notified when a change holds, many are lost or something is wrong, at most once in ten minutes.");

/** Keep the tab telling what `update(known)` says, and notify where that was asked for in `root`. */
export function callBack(root) {
  const title = document.title;
  const icon = document.querySelector("link[rel=icon]");
  const plain = icon.href;
  const wants = notifications(root);
  const tell = callsBack((text) => wants.notify(title, text));
  let shown = "";
  return (known) => {
    document.title = tabTitle(known, title);
    const state = tabState(known);
    if (state !== shown) icon.href = state ? dotIcon(DOTS[state]) : plain;
    shown = state;
    tell(known);
  };
}

const dotIcon = (fill) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f5c6b"/><circle cx="16" cy="16" r="9" fill="${fill}" stroke="#fff" stroke-width="3"/></svg>`,
  )}`;

/** The two switches: whether to notify, and whether with a sound. */
function notifications(root) {
  const [on, sound] = ["notify", "sound"].map((name) => root.querySelector(`[name=${name}]`));
  const words = root.querySelector("[data-part=notify-words]");
  const allowed = () => globalThis.Notification?.permission === "granted";

  function keep() {
    localStorage.setItem(KEPT_AS, on.checked ? (sound.checked ? "sound" : "on") : "");
    sound.disabled = !on.checked;
  }

  async function ask() {
    if (on.checked && !allowed()) await globalThis.Notification?.requestPermission();
    const refused = globalThis.Notification ? BLOCKED : NO_SUCH;
    setText(words, !on.checked ? "" : allowed() ? ON : refused);
    on.checked &&= allowed();
    keep();
  }

  const kept = localStorage.getItem(KEPT_AS);
  on.checked = Boolean(kept) && allowed();
  sound.checked = kept === "sound";
  sound.disabled = !on.checked;
  on.addEventListener("change", ask);
  sound.addEventListener("change", keep);
  return {
    notify(title, body) {
      if (!on.checked || document.hasFocus()) return;
      try {
        const note = new Notification(title, { body, tag: "classmood", silent: !sound.checked });
        note.onclick = () => focus();
      } catch {
        setText(words, NO_SUCH); // a phone's browser lets no page do it
      }
    },
  };
}
