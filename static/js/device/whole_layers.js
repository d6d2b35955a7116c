// The layers of a network of whole numbers, computed as LiteRT's int8 layers are; see float_layers.js for their form.
// An area holds 16-bit numbers with the zero point taken off; `scale` is what one step of them stands for.
import { bytesOf, sizeOf, steps, windows, withMargin } from "./layers.js";
import { inGroups, packed } from "./memory.js";
import { nearest } from "./pixels.js";

const BYTES = 2;
const LOWEST = -128; // of a byte with a sign
const HIGHEST = 127;

function newArea({ memory }, { scales, zero }, rows, columns, channels) {
  const area = { rows, columns, channels, bytes: BYTES, scale: scales[0], zero };
  return { ...area, at: memory.room(bytesOf(area)) };
}

/** What an output may hold; with a relu nothing below zero. */
const bounds = (step, { zero }) => [step.relu ? Math.max(LOWEST - zero, 0) : LOWEST - zero, HIGHEST - zero];

/** From sums of products to the output's steps, channel by channel. */
const toOutput = (input, filter, output) =>
  inGroups(Float32Array.from(filter.scales, (scale) => (input.scale * scale) / output.scale));

function conv(machine, step, [input], [filter, bias], told) {
  const [channels, rows, columns] = filter.shape;
  const window = windows(input, [rows, columns], step);
  const { area, fill } = withMargin(machine, input, window);
  const output = newArea(machine, told, window.rows, window.columns, channels);
  const run = columns * input.channels;
  const { memory, kernels } = machine;
  const weights = memory.put(packed(filter.values, [channels, rows, run], 2, Int16Array));
  const biases = memory.put(inGroups(bias.values));
  const scales = memory.put(toOutput(input, filter, output));
  const sizes = [window.rows, window.columns, channels, rows, run + (run % 2), ...steps(area, step.strides)];
  return {
    area: output,
    run() {
      fill();
      kernels.wholeConv(area.at, weights, biases, scales, output.at, ...sizes, ...bounds(step, output));
    },
  };
}

/** A layer in which everything meets everything is a convolution of one pixel. */
function dense(machine, step, [input], [filter, bias], told) {
  const [channels, run] = filter.shape;
  const onePixel = { ...input, rows: 1, columns: 1, channels: run };
  const asConv = { ...filter, shape: [channels, 1, 1, run], scales: Array(channels).fill(filter.scales).flat().slice(0, channels) };
  return conv(machine, { ...step, strides: [1, 1], padding: "valid" }, [onePixel], [asConv, bias], told);
}

function depthwise(machine, step, [input], [filter, bias], told) {
  const [, rows, columns, channels] = filter.shape;
  const window = windows(input, [rows, columns], step);
  const { area, fill } = withMargin(machine, input, window);
  const output = newArea(machine, told, window.rows, window.columns, channels);
  const { memory, kernels } = machine;
  const weights = memory.put(Int16Array.from(filter.values));
  const biases = memory.put(inGroups(bias.values));
  const scales = memory.put(toOutput(input, filter, output));
  const sizes = [window.rows, window.columns, channels, rows, columns, ...steps(area, step.strides)];
  return {
    area: output,
    run() {
      fill();
      kernels.wholeDepthwise(area.at, weights, biases, scales, output.at, ...sizes, ...bounds(step, output));
    },
  };
}

function add(machine, step, [one, other], _, told) {
  const output = newArea(machine, told, one.rows, one.columns, one.channels);
  const scales = [one.scale / output.scale, other.scale / output.scale];
  return {
    area: output,
    run: () =>
      machine.kernels.wholeAdd(one.at, other.at, output.at, sizeOf(output), ...scales, ...bounds(step, output)),
  };
}

/** Every pixel times the same row of factors. */
function mul(machine, step, [input, factors], _, told) {
  const { rows, columns, channels } = input;
  const output = newArea(machine, told, rows, columns, channels);
  const scale = (input.scale * factors.scale) / output.scale;
  return {
    area: output,
    run: () =>
      machine.kernels.wholeMul(
        input.at, factors.at, output.at, rows * columns, channels, scale, ...bounds(step, output),
      ),
  };
}

function mean(machine, step, [input], _, told) {
  const output = newArea(machine, told, 1, 1, input.channels);
  const pixels = input.rows * input.columns;
  const scale = input.scale / output.scale / pixels;
  return {
    area: output,
    run: () =>
      machine.kernels.wholeMean(input.at, output.at, pixels, input.channels, scale, ...bounds(step, output)),
  };
}

/** A layer that is too small for a kernel: `change` takes a list of numbers to one of the same length. */
const small = (change) =>
  function layer(machine, step, [input], _, told) {
    const { memory } = machine;
    const output = newArea(machine, told, input.rows, input.columns, input.channels);
    const [low, high] = bounds(step, output);
    return {
      area: output,
      run() {
        const numbers = Array.from(memory.shorts(input.at, sizeOf(input)), (value) => value * input.scale);
        const changed = change(numbers).map((value) => Math.min(Math.max(nearest(value / output.scale), low), high));
        memory.shorts(output.at, changed.length).set(changed);
      },
    };
  };

const logistic = small((numbers) => numbers.map((value) => 1 / (1 + Math.exp(-value))));

const softmax = small((numbers) => {
  const largest = Math.max(...numbers);
  const powers = numbers.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
});

export const WHOLE_LAYERS = { add, conv, dense, depthwise, logistic, mean, mul, softmax };

export const wholeEnds = {
  bytes: BYTES,
  write({ memory }, area, values) {
    const [low, high] = bounds({}, area);
    const steps_ = Array.from(values, (value) => Math.min(Math.max(nearest(value / area.scale), low), high));
    memory.shorts(area.at, steps_.length).set(steps_);
  },
  // Nothing below one step was told apart, so zero stands for half a step.
  read: ({ memory }, area) =>
    Float32Array.from(memory.shorts(area.at, sizeOf(area)), (value) => Math.max(value, 0.5) * area.scale),
};
