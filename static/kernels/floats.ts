// Layers of float32 numbers.
import { CHANNELS, PIXELS, V } from "./layout";

/**
 * A convolution in float32. The input has its margin already, so a row of the kernel reads `run` numbers on end.
 * weights: (groups of 8 channels out, kernel rows, run, 8); bias: one for each channel, filled up to whole groups.
 */
export function conv(
  input: usize, weights: usize, bias: usize, output: usize,
  rows: i32, columns: i32, channels: i32, kernelRows: i32, run: i32,
  rowStep: i32, pixelStep: i32, kernelStep: i32, lowest: f32,
): void {
  const count = rows * columns;
  const low = f32x4.splat(lowest);
  for (let group = 0; group < channels; group += CHANNELS) {
    const groupWeights = weights + ((group * kernelRows * run) << 2);
    const bias0 = v128.load(bias + (group << 2));
    const bias1 = v128.load(bias + (group << 2), V);
    const kept = min(CHANNELS, channels - group);
    for (let pixel = 0; pixel < count; pixel += PIXELS) {
      const last = count - 1;
      const p1 = min(pixel + 1, last), p2 = min(pixel + 2, last), p3 = min(pixel + 3, last);
      let in0 = input + (pixel / columns) * rowStep + (pixel % columns) * pixelStep;
      let in1 = input + (p1 / columns) * rowStep + (p1 % columns) * pixelStep;
      let in2 = input + (p2 / columns) * rowStep + (p2 % columns) * pixelStep;
      let in3 = input + (p3 / columns) * rowStep + (p3 % columns) * pixelStep;
      let a0 = bias0, a1 = bias1, b0 = bias0, b1 = bias1, c0 = bias0, c1 = bias1, d0 = bias0, d1 = bias1;
      let w = groupWeights;
      for (let row = 0; row < kernelRows; row++) {
        for (let at = 0; at < run << 2; at += 4) {
          const w0 = v128.load(w), w1 = v128.load(w, V);
          let x = v128.load_splat<f32>(in0 + at);
          a0 = f32x4.add(a0, f32x4.mul(x, w0));
          a1 = f32x4.add(a1, f32x4.mul(x, w1));
          x = v128.load_splat<f32>(in1 + at);
          b0 = f32x4.add(b0, f32x4.mul(x, w0));
          b1 = f32x4.add(b1, f32x4.mul(x, w1));
          x = v128.load_splat<f32>(in2 + at);
          c0 = f32x4.add(c0, f32x4.mul(x, w0));
          c1 = f32x4.add(c1, f32x4.mul(x, w1));
          x = v128.load_splat<f32>(in3 + at);
          d0 = f32x4.add(d0, f32x4.mul(x, w0));
          d1 = f32x4.add(d1, f32x4.mul(x, w1));
          w += 2 * V;
        }
        in0 += kernelStep;
        in1 += kernelStep;
        in2 += kernelStep;
        in3 += kernelStep;
      }
      // Beyond the last pixel the last one is computed and written again.
      const out = output + (group << 2);
      const step = channels << 2;
      storeFloats(out + p3 * step, f32x4.max(d0, low), f32x4.max(d1, low), kept);
      storeFloats(out + p2 * step, f32x4.max(c0, low), f32x4.max(c1, low), kept);
      storeFloats(out + p1 * step, f32x4.max(b0, low), f32x4.max(b1, low), kept);
      storeFloats(out + pixel * step, f32x4.max(a0, low), f32x4.max(a1, low), kept);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeFloats(place: usize, first: v128, second: v128, kept: i32): void {
  if (kept === CHANNELS) {
    v128.store(place, first);
    v128.store(place, second, V);
    return;
  }
  for (let i = 0; i < kept; i++) {
    f32.store(place + (i << 2), f32x4.extract_lane(first, 0));
    first = v128.shuffle<i32>(first, second, 1, 2, 3, 4);
    second = v128.shuffle<i32>(second, second, 1, 2, 3, 0);
  }
}

/** A depthwise convolution in float32; weights: (kernel rows, kernel columns, channels); at least four channels. */
export function depthwise(
  input: usize, weights: usize, bias: usize, output: usize,
  rows: i32, columns: i32, channels: i32, kernelRows: i32, kernelColumns: i32,
  rowStep: i32, pixelStep: i32, kernelStep: i32, lowest: f32,
): void {
  const width = channels << 2;
  const lastVector = width - V;
  const low = f32x4.splat(lowest);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = input + row * rowStep + column * pixelStep;
      // The last vector begins earlier, where the channels do not fill it: those are computed twice.
      for (let step = 0; step < width; step += V) {
        const at = min(step, lastVector);
        let sum = v128.load(bias + at);
        let w = weights + at;
        for (let y = 0; y < kernelRows; y++) {
          let x = from + y * kernelStep + at;
          for (let k = 0; k < kernelColumns; k++) {
            sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(w)));
            x += width;
            w += width;
          }
        }
        v128.store(output + at, f32x4.max(sum, low));
      }
      output += width;
    }
  }
}

/** The highest of each square of two by two float32 numbers; at least four channels. */
export function maxPool(input: usize, output: usize, rows: i32, columns: i32, channels: i32, rowStep: i32): void {
  const width = channels << 2;
  const lastVector = width - V;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = input + 2 * row * rowStep + 2 * column * width;
      for (let step = 0; step < width; step += V) {
        const above = from + min(step, lastVector);
        const below = above + rowStep;
        const upper = f32x4.max(v128.load(above), v128.load(above + width));
        const lower = f32x4.max(v128.load(below), v128.load(below + width));
        v128.store(output + min(step, lastVector), f32x4.max(upper, lower));
      }
      output += width;
    }
  }
}

/** The sums of two lists of float32 numbers, none below `lowest`; `count` is filled up to whole vectors. */
export function add(one: usize, other: usize, output: usize, count: i32, lowest: f32): void {
  const low = f32x4.splat(lowest);
  for (let at = 0; at < count << 2; at += V) {
    v128.store(output + at, f32x4.max(f32x4.add(v128.load(one + at), v128.load(other + at)), low));
  }
}
