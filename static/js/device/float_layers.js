// The layers of a network of floats. Each takes ({kernels, memory}, step, the areas it reads, its constants) and gives
// {area, run}: where its output lies, and what computes it.
import { bytesOf, relu, sizeOf, steps, windows, withMargin } from "./layers.js";
import { inGroups, packed } from "./memory.js";

export const BYTES = 4;

function newArea({ memory }, rows, columns, channels) {
  const area = { rows, columns, channels, bytes: BYTES };
  return { ...area, at: memory.room(bytesOf(area)) };
}

function conv(machine, step, [input], [filter, bias]) {
  const [channels, rows, columns] = filter.shape;
  const window = windows(input, [rows, columns], step);
  const { area, fill } = withMargin(machine, input, window);
  const output = newArea(machine, window.rows, window.columns, channels);
  const run = columns * input.channels;
  const weights = filter.once(() => machine.memory.put(packed(filter.values, [channels, rows, run], 1, Float32Array)));
  const biases = bias.once(() => machine.memory.put(inGroups(bias.values)));
  const sizes = [window.rows, window.columns, channels, rows, run, ...steps(area, step.strides)];
  return {
    area: output,
    run() {
      fill();
      machine.kernels.conv(area.at, weights, biases, output.at, ...sizes, relu(step));
    },
  };
}

function depthwise(machine, step, [input], [filter, bias]) {
  const [, rows, columns, channels] = filter.shape;
  const window = windows(input, [rows, columns], step);
  const { area, fill } = withMargin(machine, input, window);
  const output = newArea(machine, window.rows, window.columns, channels);
  const weights = filter.once(() => machine.memory.put(filter.values));
  const biases = bias.once(() => machine.memory.put(inGroups(bias.values)));
  const sizes = [window.rows, window.columns, channels, rows, columns, ...steps(area, step.strides)];
  return {
    area: output,
    run() {
      fill();
      machine.kernels.depthwise(area.at, weights, biases, output.at, ...sizes, relu(step));
    },
  };
}

function add(machine, step, [one, other]) {
  const output = newArea(machine, one.rows, one.columns, one.channels);
  return {
    area: output,
    run: () => machine.kernels.add(one.at, other.at, output.at, sizeOf(output), relu(step)),
  };
}

/** Of two by two, which is all that BlazeFace asks for. */
function maxPool(machine, step, [input]) {
  if ([...step.window, ...step.strides].some((side) => side !== 2)) throw new Error("a pool of another size than 2x2");
  const { rows, columns, channels } = input;
  const output = newArea(machine, Math.floor(rows / 2), Math.floor(columns / 2), channels);
  const rowStep = columns * channels * BYTES;
  return {
    area: output,
    run: () => machine.kernels.maxPool(input.at, output.at, output.rows, output.columns, channels, rowStep),
  };
}

/** More channels, which are zero. */
function pad(machine, _, [input], [margins]) {
  const [before, behind] = margins.values.slice(6);
  if (before || margins.values.slice(0, 6).some(Boolean)) throw new Error("a margin that is not of channels alone");
  const output = newArea(machine, input.rows, input.columns, input.channels + behind);
  const [from, to] = [input.channels * BYTES, output.channels * BYTES];
  return {
    area: output,
    run: () => machine.kernels.copy(input.at, output.at, input.rows * input.columns, from, from, to),
  };
}

/** The same numbers with another last axis. */
function reshape(_, step, [input]) {
  const channels = step.shape.at(-1);
  return { area: { ...input, rows: 1, columns: sizeOf(input) / channels, channels }, run() {} };
}

/** Lists of the same channels, one behind the other. */
function concatenation(machine, _, parts) {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const output = newArea(machine, 1, columns, parts[0].channels);
  return {
    area: output,
    run() {
      let at = output.at;
      for (const part of parts) {
        machine.kernels.copy(part.at, at, 1, bytesOf(part), 0, 0);
        at += bytesOf(part);
      }
    },
  };
}

export const FLOAT_LAYERS = { add, concatenation, conv, depthwise, max_pool: maxPool, pad, reshape };

export const floatEnds = {
  bytes: BYTES,
  write: ({ memory }, area, values) => memory.floats(area.at, values.length).set(values),
  read: ({ memory }, area) => memory.floats(area.at, sizeOf(area)).slice(),
};
