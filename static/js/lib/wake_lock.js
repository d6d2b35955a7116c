// Keeps a phone's screen on while its camera is read: a dark screen stops the page.
import { onAwake } from "./awake.js";

/**
 * Returns `keepOn(wanted)`. `onChange(held)` hears whether the screen stays on by itself: not where the browser
 * cannot, or will not (an almost empty battery), nor while the page is in the background.
 */
export function screenLock(onChange, locks = navigator.wakeLock) {
  let wanted = false;
  let held = null;
  let asking = false;

  async function follow() {
    if (!wanted) return held?.release();
    if (!locks || held || asking || document.hidden) return;
    asking = true;
    held = await locks.request("screen").catch(() => null);
    asking = false;
    held?.addEventListener("release", released);
    onChange(held !== null);
    if (!wanted) held?.release();
  }

  function released() {
    held = null;
    onChange(false);
    follow();
  }

  onAwake(follow);
  return (now) => {
    if (now === wanted) return;
    wanted = now;
    follow();
  };
}
