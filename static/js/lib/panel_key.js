// The key that a student's panel makes and gives to its tab: in the part of an address behind "#", which browsers
// send to no server. Each side keeps it in its own tab of the browser, as long as that stays open.
import { canSeal, isKey, newKey } from "./sealed.js";

const NAME = "panel-key";
const BEFORE = `#${NAME}=`;
const PANELS = "/panel/j/";

/** The panel's own, made the first time; "" where this browser seals nothing. */
export function ownKey() {
  if (!canSeal()) return "";
  if (!keptKey()) keep(newKey());
  return keptKey();
}

/** Let a link of the panel give the key to the tab that it opens. */
export function giveKey(link, key) {
  if (key) link.hash = `${BEFORE}${key}`;
}

/**
 * Take the key out of this tab's address. Only a link of a panel may give one: with a stranger's, this tab would
 * seal for the stranger.
 */
export function takeKey() {
  if (!location.hash.startsWith(BEFORE)) return;
  const key = location.hash.slice(BEFORE.length);
  history.replaceState(history.state, "", location.pathname + location.search);
  if (isKey(key) && cameFromPanel()) keep(key);
}

/** The key of this tab, or panel; "" where no panel has given one. */
export function keptKey() {
  return storage()?.getItem(NAME) ?? history.state?.[NAME] ?? "";
}

/**
 * A frame of another site may have no storage, where the visitor blocks others' cookies. Then its own place in the
 * history keeps the key, until the page around it is loaded again.
 */
function keep(key) {
  const place = storage();
  if (place) place.setItem(NAME, key);
  else history.replaceState({ ...history.state, [NAME]: key }, "");
}

function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function cameFromPanel() {
  if (!document.referrer) return false;
  const { origin, pathname } = new URL(document.referrer);
  return origin === location.origin && pathname.startsWith(PANELS);
}
