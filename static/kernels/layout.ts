// How the kernels' vectors and tiles are cut; js/device/memory.js packs weights accordingly.

export const PIXELS = 4; // of the output that one turn of a convolution computes
export const CHANNELS = 8; // likewise; weights are packed in groups of so many
export const V: i32 = 16; // bytes of a vector
