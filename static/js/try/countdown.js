// The time that is left, second by second.
import { elapsed } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { setText } from "../lib/show.js";

const leftUntil = (ends) => elapsed(Math.max(0, ends - performance.now()) / 1000);

/** `start(seconds)` counts down in `element`; `stop()` stands still. */
export function countdown(element) {
  let timer = null;

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  function start(seconds) {
    stop();
    const ends = performance.now() + seconds * 1000;
    const tick = () =>
      setText(element, fill(gettext("%(time)s left"), { time: leftUntil(ends) }));
    tick();
    timer = setInterval(tick, 250);
  }

  return { start, stop };
}
