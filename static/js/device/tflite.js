// Reads a .tflite file (TensorFlow Lite's FlatBuffer, schema version 3): tensors, weights and operators, no arithmetic.

const IDENTIFIER = 0x334c4654; // "TFL3"
const FLOAT32 = 0;
const FLOAT16 = 1;
const INT32 = 2;
const INT8 = 9;
const OPERATORS = {
  0: "add",
  2: "concatenation",
  3: "conv",
  4: "depthwise",
  6: "dequantize",
  9: "dense",
  14: "logistic",
  17: "max_pool",
  18: "mul",
  19: "relu",
  22: "reshape",
  25: "softmax",
  34: "pad",
  40: "mean",
};

/**
 * A network as plain values: {tensors, steps, inputs, outputs}.
 *
 * tensors: {shape, values, scales, zero}; `values` is what the file holds as a typed array, halves as floats, or null
 * where it is computed. A whole number q stands for scale * (q - zero); weights have a scale for each channel.
 * steps: {name, inputs, outputs, padding, strides, relu, window, axis}, in order; inputs and outputs are indices of tensors.
 * Throws an Error on a file of another kind, or one with a step that we do not know.
 */
export function readNetwork(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 8 || view.getUint32(4, true) !== IDENTIFIER) throw new Error("not a .tflite file");
  const model = table(view, view.getUint32(0, true));
  const [graph] = model.tables(2);
  const buffers = model.tables(4);
  const codes = model.tables(1).map((code) => Math.max(code.int8(0, 0), code.int32(3, 0)));
  const tensors = graph.tables(0).map((each) => readTensor(each, buffers));
  return {
    tensors,
    steps: graph.tables(3).map((each) => readStep(each, codes)),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
  };
}

function readTensor(tensor, buffers) {
  const bytes = buffers[tensor.int32(2, 0)].bytes(0);
  const quantization = tensor.child(4);
  return {
    shape: tensor.int32s(0),
    values: bytes && valuesOf(bytes.slice().buffer, tensor.int8(1, FLOAT32)),
    scales: quantization?.floats(2) ?? [],
    zero: quantization?.int64s(3)[0] ?? 0,
  };
}

function valuesOf(bytes, type) {
  if (type === FLOAT16) return Float32Array.from(new Uint16Array(bytes), halfToFloat);
  if (type === INT8) return new Int8Array(bytes);
  return type === INT32 ? new Int32Array(bytes) : new Float32Array(bytes);
}

/** An IEEE 754 half as a number. */
export function halfToFloat(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// Where an operator's options keep what we need of them: fields of its own table.
const FIELDS = {
  conv: { strides: [2, 1], relu: 3 },
  depthwise: { strides: [2, 1], relu: 4 },
  max_pool: { strides: [2, 1], relu: 5, window: [4, 3] },
  add: { relu: 0 },
  mul: { relu: 0 },
  dense: { relu: 0 },
  concatenation: { relu: 1 },
};

function readStep(operator, codes) {
  const code = codes[operator.int32(0, 0)];
  const name = OPERATORS[code];
  if (!name) throw new Error(`a network with an operator ${code} of TensorFlow Lite`);
  const options = operator.child(4);
  const { strides, relu, window } = FIELDS[name] ?? {};
  const sides = (fields) => fields?.map((field) => options.int32(field, 1));
  return {
    name,
    inputs: operator.int32s(1),
    outputs: operator.int32s(2),
    padding: strides && (options.int8(0, 0) === 0 ? "same" : "valid"),
    strides: sides(strides),
    window: sides(window),
    relu: relu !== undefined && options !== null && options.int8(relu, 0) === 1,
    axis: name === "concatenation" ? options.int32(0, 0) : undefined,
    keepDims: name === "mean" && options.int8(0, 0) === 1,
  };
}

/** A FlatBuffer's table at a place: its fields by their number, with what holds where one is left out. */
function table(view, at) {
  const fields = at - view.getInt32(at, true);
  const count = view.getUint16(fields, true) / 2 - 2;

  function place(field) {
    const offset = field < count ? view.getUint16(fields + 4 + 2 * field, true) : 0;
    return offset ? at + offset : 0;
  }
  const target = (where) => where + view.getUint32(where, true);

  /** Begin and length of a field that is a list, or null. */
  function list(field) {
    const where = place(field);
    if (!where) return null;
    const begin = target(where);
    return { begin: begin + 4, length: view.getUint32(begin, true) };
  }

  function items(field, size, read) {
    const { begin, length } = list(field) ?? { begin: 0, length: 0 };
    return Array.from({ length }, (_, i) => read(begin + size * i));
  }

  return {
    int8: (field, otherwise) => (place(field) ? view.getInt8(place(field)) : otherwise),
    int32: (field, otherwise) => (place(field) ? view.getInt32(place(field), true) : otherwise),
    int32s: (field) => items(field, 4, (where) => view.getInt32(where, true)),
    int64s: (field) => items(field, 8, (where) => Number(view.getBigInt64(where, true))),
    floats: (field) => items(field, 4, (where) => view.getFloat32(where, true)),
    tables: (field) => items(field, 4, (where) => table(view, target(where))),
    child: (field) => (place(field) ? table(view, target(place(field))) : null),
    bytes(field) {
      const found = list(field);
      return found?.length ? new Uint8Array(view.buffer, view.byteOffset + found.begin, found.length) : null;
    },
  };
}
