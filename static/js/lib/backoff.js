// How long to wait before trying to connect again.

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Pause in ms before attempt number `attempt` (0 for the first): doubles from 0.5 s to 15 s.
 * Up to a fifth is taken off at random, so that a class doesn't return in one instant.
 */
export function pauseBefore(attempt, random = Math.random) {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (1 - 0.2 * random()));
}
