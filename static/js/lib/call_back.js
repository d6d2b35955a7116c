// What calls a teacher back who looks at the meeting: a tab that tells its state, and now and then one notification.
import { isAway } from "./dashboard_state.js";
import { fill, gettext } from "./i18n.js";

const COOLDOWN_MS = 10 * 60_000;
const CALM = new Set(["paused", "change"]);

/** What the tab shows: "alert", "away", "paused", "change", or "" while all is well. */
export function tabState({ snapshot, link, reason }) {
  if (isAway({ link, reason })) return "away";
  if (snapshot?.trouble || snapshot?.summary.many_behind) return "alert";
  if (snapshot?.state === "paused") return "paused";
  return snapshot?.alert ? "change" : "";
}

/** The tab's title: what calls comes first, since a tab shows few letters. */
export function tabTitle(known, title) {
  const words = {
    away: gettext("Disconnected"),
    alert: known.snapshot?.trouble ? gettext("Interrupted") : gettext("Many are lost"),
    paused: gettext("Paused"),
    change: gettext("A change"),
  }[tabState(known)];
  if (!words) return title;
  const form = CALM.has(tabState(known)) ? "%(state)s · %(title)s" : "(!) %(state)s · %(title)s";
  return fill(form, { state: words, title });
}

/** What a notification would say now; "" while nothing calls. */
function calling({ snapshot, link, reason }) {
  if (isAway({ link, reason })) return gettext("Disconnected: this page gets no numbers.");
  if (snapshot?.trouble) return gettext("Technical problem: this minute will have no numbers.");
  if (snapshot?.summary.many_behind) return snapshot.summary.sentence;
  return snapshot?.alert?.words ?? "";
}

/** Call `tell(text)` once for what calls, when it begins, and at most once in ten minutes. */
export function callsBack(tell, now = Date.now) {
  let toldAt = -Infinity;
  let before = "";
  return (known) => {
    const text = calling(known);
    const begins = text && text !== before;
    before = text;
    if (!begins || now() - toldAt < COOLDOWN_MS) return;
    toldAt = now();
    tell(text);
  };
}
