// Layers of whole numbers.
import { CHANNELS, PIXELS, V } from "./layout";

/**
 * A convolution of whole numbers, two of them at a time; `run` is their number in a row of the kernel, filled up to even.
 * weights: (groups of 8 channels out, kernel rows, run / 2, 8, 2), 16 bits; bias: 32 bits; scales: float32, to the output.
 */
export function wholeConv(
  input: usize, weights: usize, bias: usize, scales: usize, output: usize,
  rows: i32, columns: i32, channels: i32, kernelRows: i32, run: i32,
  rowStep: i32, pixelStep: i32, kernelStep: i32, lowest: f32, highest: f32,
): void {
  const count = rows * columns;
  const low = f32x4.splat(lowest), high = f32x4.splat(highest);
  for (let group = 0; group < channels; group += CHANNELS) {
    const groupWeights = weights + ((group * kernelRows * run) << 1);
    const bias0 = v128.load(bias + (group << 2)), bias1 = v128.load(bias + (group << 2), V);
    const scale0 = v128.load(scales + (group << 2)), scale1 = v128.load(scales + (group << 2), V);
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
        for (let at = 0; at < run << 1; at += 4) {
          const w0 = v128.load(w), w1 = v128.load(w, V);
          let x = v128.load_splat<i32>(in0 + at);
          a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, w0));
          a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x, w1));
          x = v128.load_splat<i32>(in1 + at);
          b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, w0));
          b1 = i32x4.add(b1, i32x4.dot_i16x8_s(x, w1));
          x = v128.load_splat<i32>(in2 + at);
          c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x, w0));
          c1 = i32x4.add(c1, i32x4.dot_i16x8_s(x, w1));
          x = v128.load_splat<i32>(in3 + at);
          d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x, w0));
          d1 = i32x4.add(d1, i32x4.dot_i16x8_s(x, w1));
          w += 2 * V;
        }
        in0 += kernelStep;
        in1 += kernelStep;
        in2 += kernelStep;
        in3 += kernelStep;
      }
      const out = output + (group << 1);
      const step = channels << 1;
      v128.store(out + p3 * step, rounded(d0, d1, scale0, scale1, low, high));
      v128.store(out + p2 * step, rounded(c0, c1, scale0, scale1, low, high));
      v128.store(out + p1 * step, rounded(b0, b1, scale0, scale1, low, high));
      v128.store(out + pixel * step, rounded(a0, a1, scale0, scale1, low, high));
    }
  }
}

/** Eight 32-bit sums in the output's steps, within its bounds, as 16-bit numbers. */
// @ts-ignore: decorator
@inline
function rounded(first: v128, second: v128, scale0: v128, scale1: v128, low: v128, high: v128): v128 {
  return narrowed(
    f32x4.mul(f32x4.convert_i32x4_s(first), scale0),
    f32x4.mul(f32x4.convert_i32x4_s(second), scale1),
    low,
    high,
  );
}

// @ts-ignore: decorator
@inline
function narrowed(first: v128, second: v128, low: v128, high: v128): v128 {
  const one = f32x4.min(f32x4.max(f32x4.nearest(first), low), high);
  const other = f32x4.min(f32x4.max(f32x4.nearest(second), low), high);
  return i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(one), i32x4.trunc_sat_f32x4_s(other));
}

/** A depthwise convolution of whole numbers; channels in groups of eight. */
export function wholeDepthwise(
  input: usize, weights: usize, bias: usize, scales: usize, output: usize,
  rows: i32, columns: i32, channels: i32, kernelRows: i32, kernelColumns: i32,
  rowStep: i32, pixelStep: i32, kernelStep: i32, lowest: f32, highest: f32,
): void {
  const width = channels << 1;
  const low = f32x4.splat(lowest), high = f32x4.splat(highest);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = input + row * rowStep + column * pixelStep;
      for (let at = 0; at < width; at += V) {
        let first = v128.load(bias + 2 * at), second = v128.load(bias + 2 * at, V);
        let w = weights + at;
        for (let y = 0; y < kernelRows; y++) {
          let place = from + y * kernelStep + at;
          for (let k = 0; k < kernelColumns; k++) {
            const x = v128.load(place), weight = v128.load(w);
            first = i32x4.add(first, i32x4.extmul_low_i16x8_s(x, weight));
            second = i32x4.add(second, i32x4.extmul_high_i16x8_s(x, weight));
            place += width;
            w += width;
          }
        }
        const scale0 = v128.load(scales + 2 * at), scale1 = v128.load(scales + 2 * at, V);
        v128.store(output + at, rounded(first, second, scale0, scale1, low, high));
      }
      output += width;
    }
  }
}

/** Sums of two lists of whole numbers in steps of their own; `count` in groups of eight. */
export function wholeAdd(
  one: usize, other: usize, output: usize, count: i32,
  oneScale: f32, otherScale: f32, lowest: f32, highest: f32,
): void {
  const low = f32x4.splat(lowest), high = f32x4.splat(highest);
  const s = f32x4.splat(oneScale), t = f32x4.splat(otherScale);
  for (let at = 0; at < count << 1; at += V) {
    const x = v128.load(one + at), y = v128.load(other + at);
    const first = f32x4.add(f32x4.mul(lowFloats(x), s), f32x4.mul(lowFloats(y), t));
    const second = f32x4.add(f32x4.mul(highFloats(x), s), f32x4.mul(highFloats(y), t));
    v128.store(output + at, narrowed(first, second, low, high));
  }
}

/** Products of pixels and one row of factors, channel by channel; channels in groups of eight. */
export function wholeMul(
  input: usize, factors: usize, output: usize, pixels: i32, channels: i32, scale: f32, lowest: f32, highest: f32,
): void {
  const low = f32x4.splat(lowest), high = f32x4.splat(highest);
  const s = f32x4.splat(scale);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let at = 0; at < channels << 1; at += V) {
      const x = v128.load(input), factor = v128.load(factors + at);
      const first = f32x4.convert_i32x4_s(i32x4.extmul_low_i16x8_s(x, factor));
      const second = f32x4.convert_i32x4_s(i32x4.extmul_high_i16x8_s(x, factor));
      v128.store(output, narrowed(f32x4.mul(first, s), f32x4.mul(second, s), low, high));
      input += V;
      output += V;
    }
  }
}

/** Means over all pixels, channel by channel; channels in groups of eight. */
export function wholeMean(
  input: usize, output: usize, pixels: i32, channels: i32, scale: f32, lowest: f32, highest: f32,
): void {
  const low = f32x4.splat(lowest), high = f32x4.splat(highest);
  const s = f32x4.splat(scale);
  for (let at = 0; at < channels << 1; at += V) {
    let first = i32x4.splat(0), second = i32x4.splat(0);
    let place = input + at;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const x = v128.load(place);
      first = i32x4.add(first, i32x4.extend_low_i16x8_s(x));
      second = i32x4.add(second, i32x4.extend_high_i16x8_s(x));
      place += channels << 1;
    }
    v128.store(output + at, rounded(first, second, s, s, low, high));
  }
}

// @ts-ignore: decorator
@inline
function lowFloats(x: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(x));
}

// @ts-ignore: decorator
@inline
function highFloats(x: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(x));
}
