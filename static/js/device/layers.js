// What every layer needs, of floats or of whole numbers: the shape of its output, and room with a margin.

export const relu = (step) => (step.relu ? 0 : -Infinity);

/** How a window of (rows, columns) goes over an area: the output's sides, and the margin at the top and on the left. */
export function windows(area, [kernelRows, kernelColumns], step) {
  const [rows, top, below] = along(area.rows, kernelRows, step.strides[0], step.padding);
  const [columns, left, right] = along(area.columns, kernelColumns, step.strides[1], step.padding);
  return { rows, columns, top, below, left, right };
}

/** Along one side: places of the window, and what has to be added before and behind. */
export function along(side, kernel, stride, padding) {
  if (padding === "valid") return [Math.floor((side - kernel) / stride) + 1, 0, 0];
  const places = Math.ceil(side / stride);
  const missing = Math.max((places - 1) * stride + kernel - side, 0);
  return [places, Math.floor(missing / 2), missing - Math.floor(missing / 2)];
}

/** An area with a margin of zeros around it, and what copies it there before each run (nothing where none is needed). */
export function withMargin({ kernels, memory }, area, { top, below, left, right }) {
  if (top + below + left + right === 0) return { area, fill() {} };
  const wide = { ...area, rows: area.rows + top + below, columns: area.columns + left + right };
  wide.at = memory.room(bytesOf(wide));
  const pixel = area.channels * area.bytes;
  const [from, to] = [area.columns * pixel, wide.columns * pixel];
  const begin = wide.at + top * to + left * pixel;
  return { area: wide, fill: () => kernels.copy(area.at, begin, area.rows, from, from, to) };
}

export const sizeOf = ({ rows, columns, channels }) => rows * columns * channels;

export const bytesOf = (area) => sizeOf(area) * area.bytes;

/** The steps in bytes with which a convolution goes over its input: down, along, and down within its window. */
export function steps(area, [down, along_]) {
  const pixel = area.channels * area.bytes;
  const row = area.columns * pixel;
  return [down * row, along_ * pixel, row];
}
