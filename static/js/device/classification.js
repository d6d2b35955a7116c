// From a grey face to calibrated scores; the same as inference/classification.py.

const TINY = 1e-12; // a score of zero has no logarithm

/** Calibrate scores: softmax(log p / T). A temperature above 1 makes the network less sure of itself. */
export function soften(scores, temperature) {
  const powers = Array.from(scores, (score) => Math.max(score, TINY) ** (1 / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** `classify(levels)`: the scores of a face of size x size grey levels, in the order of the network's labels. */
export function classifier(run, { size, temperature }) {
  return function classify(levels) {
    const [scores] = run(Float32Array.from(levels, (level) => level / 255), [1, size, size, 1]);
    return soften(scores, temperature);
  };
}
