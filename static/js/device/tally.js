// What a device read in an interval, added up: all that leaves it.

const MAX_TENTHS = 0xffff; // of a second, in a message

/** The sums of readings from now on. `add` takes a reading of engine.js; `sums` what encodeInterval of protocol.js needs. */
export function newTally(labels, now = Date.now()) {
  let frames = 0;
  let faces = 0;
  let luma = 0;
  let highest = 0;
  const scores = labels.map(() => 0);
  const wins = labels.map(() => 0);

  return {
    began: now,
    add(reading) {
      frames += 1;
      if (!reading.scores) return;
      const found = labels.map((label) => reading.scores[label]);
      const best = Math.max(...found);
      faces += 1;
      luma += reading.luma;
      highest += best;
      wins[found.indexOf(best)] += 1;
      found.forEach((score, i) => (scores[i] += score));
    },
    /** Go on with the sums of an interval that followed this one. */
    absorb(later) {
      frames += later.frames;
      faces += later.faces;
      luma += later.luma * later.faces;
      highest += later.highest;
      later.scores.forEach((score, i) => (scores[i] += score));
      later.wins.forEach((count, i) => (wins[i] += count));
    },
    isEmpty: () => frames === 0,
    sums: (at) => ({
      tenths: Math.min(Math.max(Math.ceil((at - now) / 100), 1), MAX_TENTHS),
      frames,
      faces,
      luma: faces ? luma / faces : 0,
      scores,
      wins,
      highest,
    }),
  };
}
