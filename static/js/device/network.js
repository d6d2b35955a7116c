// A network of a .tflite file, laid out in the kernels' memory, as a function from numbers to numbers.
import { FLOAT_LAYERS, floatEnds } from "./float_layers.js";
import { bytesOf } from "./layers.js";
import { readNetwork } from "./tflite.js";
import { WHOLE_LAYERS, wholeEnds } from "./whole_layers.js";

/**
 * A function from the values of a network's input (Float32Array) and their shape to the values of its outputs, in the
 * file's order. BlazeFace's input may have another size than the file says; each size is laid out once.
 * machine: {kernels, memory} of memory.js. Throws an Error on a file that it does not know how to run.
 */
export function loadNetwork(machine, buffer) {
  const network = readNetwork(buffer);
  const isWhole = network.tensors[network.inputs[0]].scales.length > 0;
  const ends = isWhole ? wholeEnds : floatEnds;
  const layers = isWhole ? WHOLE_LAYERS : FLOAT_LAYERS;
  const constants = constantsOf(network);
  const computed = withReluFolded(network.steps.filter(({ name }) => name !== "dequantize"));
  for (const { name } of computed) {
    if (!layers[name]) throw new Error(`a network of ${isWhole ? "whole numbers" : "floats"} with a layer "${name}"`);
  }
  const plans = new Map();

  function planFor([, rows, columns, channels]) {
    const { scales, zero } = network.tensors[network.inputs[0]];
    const input = { rows, columns, channels, bytes: ends.bytes, scale: scales[0], zero };
    input.at = machine.memory.room(bytesOf(input));
    const areas = new Map([[network.inputs[0], input]]);
    const runs = computed.map((step) => {
      const read = step.inputs.filter((index) => areas.has(index)).map((index) => areas.get(index));
      const learnt = step.inputs.filter((index) => !areas.has(index)).map((index) => constants.get(index));
      const told = network.tensors[step.outputs[0]];
      const { area, run } = layers[step.name](machine, { ...step, shape: told.shape }, read, learnt, told);
      areas.set(step.outputs[0], area);
      return run;
    });
    return { input, runs, outputs: network.outputs.map((index) => areas.get(index)) };
  }

  return function run(values, shape) {
    const key = shape.join();
    if (!plans.has(key)) plans.set(key, planFor(shape));
    const { input, runs, outputs } = plans.get(key);
    ends.write(machine, input, values);
    for (const each of runs) each();
    return outputs.map((area) => ends.read(machine, area));
  };
}

/** What a network has learnt, by tensor: {shape, values, scales, once}; `once` makes something of it a single time. */
function constantsOf({ tensors, steps }) {
  const constants = new Map();
  tensors.forEach((tensor, index) => tensor.values && constants.set(index, { ...tensor, once: once() }));
  // Halves are floats already: what unpacks them gives what it takes.
  for (const { name, inputs, outputs } of steps) {
    if (name === "dequantize") constants.set(outputs[0], constants.get(inputs[0]));
  }
  return constants;
}

function once() {
  let made = null;
  return (make) => (made ??= make());
}

/** The steps with each relu put into the step before it, which then says `relu` and gives the relu's output. */
function withReluFolded(steps) {
  const folded = [];
  const makers = new Map();
  for (const step of steps) {
    const maker = step.name === "relu" ? makers.get(step.inputs[0]) : null;
    if (maker) Object.assign(maker, { relu: true, outputs: step.outputs });
    else folded.push({ ...step });
    makers.set(step.outputs[0], folded.at(-1));
  }
  return folded;
}
