// How often a device reads a picture: seldom at first, then as its own time allows. A hidden tab, a battery saver and
// heat show in that time, so nothing else is asked.

const SHARE = 0.1; // of one core, at most
const SLOWEST_MS = 10_000;
const FIRST_GUESS_MS = 500; // of a device that has read nothing: five seconds between its first pictures
const NEWEST_WEIGHS = 0.5;
const TOO_SLOW_IN_A_ROW = 3;

/** `took(ms)` tells how long a picture took; `pause(wanted, share)` is the time until the next, not shorter than wanted. */
export function devicePace() {
  let usual = FIRST_GUESS_MS;
  let tooSlow = 0;
  return {
    took(ms) {
      usual += NEWEST_WEIGHS * (ms - usual);
      tooSlow = ms > SLOWEST_MS * SHARE ? tooSlow + 1 : 0;
    },
    pause: (wanted, share = SHARE) => Math.min(Math.max(wanted, usual / share), Math.max(wanted, SLOWEST_MS)),
    /** Even one picture in ten seconds is more than a tenth of a core. */
    isTooSlow: () => tooSlow >= TOO_SLOW_IN_A_ROW,
  };
}
