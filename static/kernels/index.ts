// The arithmetic of the engine in the browser: AssemblyScript, compiled to WebAssembly with SIMD by static/engine_files.mjs.
//
// All arguments named like a place are addresses in the memory that JavaScript lays out (js/device/memory.js). Pictures
// lie as rows, columns, channels. "Whole" layers compute as LiteRT's int8 layers do: what they read and write are
// 16-bit numbers with the zero point taken off.
export { add, conv, depthwise, maxPool } from "./floats";
export { wholeAdd, wholeConv, wholeDepthwise, wholeMean, wholeMul } from "./wholes";

/** Copy `count` stretches of `bytes` bytes from places `fromStep` apart to places `toStep` apart. */
export function copy(from: usize, to: usize, count: i32, bytes: i32, fromStep: i32, toStep: i32): void {
  for (let i = 0; i < count; i++) {
    memory.copy(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}
