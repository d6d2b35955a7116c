// The kernels' memory: what lies where, and weights in the order in which the kernels read them.

const PAGE = 65_536;
const ALIGNED = 16;
const GROUP = 8; // channels out that a convolution computes at once

/** Compile the kernels (static/kernels) from their bytes. Rejects where the browser has no WebAssembly with SIMD. */
export async function startKernels(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, {
    env: {
      abort() {
        throw new Error("the kernels stopped");
      },
    },
  });
  return { kernels: instance.exports, memory: newMemory(instance.exports.memory) };
}

/** Room that is given out once and never taken back: networks and their pictures stay as long as the Worker. */
function newMemory(memory) {
  let next = memory.buffer.byteLength;
  return {
    /** The place of so many bytes, all zero, and of a vector more that may be read and written behind them. */
    room(bytes) {
      const place = next;
      next += Math.ceil((bytes + ALIGNED) / ALIGNED) * ALIGNED;
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return place;
    },
    /** The place of a copy of a typed array. */
    put(values) {
      const place = this.room(values.byteLength);
      new values.constructor(memory.buffer, place, values.length).set(values);
      return place;
    },
    floats: (place, length) => new Float32Array(memory.buffer, place, length),
    shorts: (place, length) => new Int16Array(memory.buffer, place, length),
  };
}

const upTo = (value, step) => Math.ceil(value / step) * step;

/** A list of one number for each channel, filled up with zeros to whole groups. */
export function inGroups(values) {
  const filled = new values.constructor(upTo(values.length, GROUP));
  filled.set(values);
  return filled;
}

/**
 * Weights of a convolution, (channels out, kernel rows, run), as its kernel reads them: groups of eight channels, in each
 * the rows, in each the run, `side` neighbours of it together. What fills up groups and runs is zero.
 */
export function packed(values, [channels, rows, run], side, Kind) {
  const steps = Math.ceil(run / side);
  const result = new Kind(upTo(channels, GROUP) * rows * steps * side);
  for (let channel = 0; channel < channels; channel++) {
    const group = Math.floor(channel / GROUP) * rows * steps;
    for (let row = 0; row < rows; row++) {
      for (let at = 0; at < run; at++) {
        const step = group + row * steps + Math.floor(at / side);
        result[(step * GROUP + (channel % GROUP)) * side + (at % side)] = values[(channel * rows + row) * run + at];
      }
    }
  }
  return result;
}
