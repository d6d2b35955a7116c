// Pictures made smaller, cut and turned grey, as the server's library (OpenCV) does it: to the last bit but for
// rounding, since every grey level that differs moves the scores.

const RESIZE_UNIT = 2048; // of the weights of two neighbours
const WARP_STEPS = 32; // places between two pixels that are told apart
const WARP_UNIT = 1024; // of a place along a line
const GREY = { red: 9798, green: 19235, blue: 3735, bits: 15 };

/** The nearest whole number; halves go to the even one. */
export function nearest(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * A part of a picture, stretched to a size: Uint8Array of rows x columns x (red, green, blue).
 * image: {data, width, height} with four bytes a pixel, as of a canvas; part: {x, y, width, height} in whole pixels.
 */
export function resized({ data, width }, part, columns, rows) {
  const across = neighbours(part.width, columns);
  const down = neighbours(part.height, rows);
  const result = new Uint8Array(rows * columns * 3);
  for (let row = 0, at = 0; row < rows; row++) {
    const upper = (part.y + down.first[row]) * width + part.x;
    const lower = (part.y + down.second[row]) * width + part.x;
    const [above, below] = [down.near[row], down.far[row]];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [across.first[column], across.second[column]];
      const [near, far] = [across.near[column], across.far[column]];
      for (let channel = 0; channel < 3; channel++) {
        const top = data[4 * (upper + left) + channel] * near + data[4 * (upper + right) + channel] * far;
        const bottom = data[4 * (lower + left) + channel] * near + data[4 * (lower + right) + channel] * far;
        result[at++] = (((above * (top >> 4)) >> 16) + ((below * (bottom >> 4)) >> 16) + 2) >> 2;
      }
    }
  }
  return result;
}

/** For each of `count` places along a side of `length` pixels: its two neighbours, and the weight of each. */
function neighbours(length, count) {
  const lists = { first: [], second: [], near: [], far: [] };
  for (let i = 0; i < count; i++) {
    const place = Math.fround((i + 0.5) * (length / count) - 0.5);
    const first = Math.floor(place);
    const beyond = Math.fround(place - first);
    lists.first.push(within(first, length));
    lists.second.push(within(first + 1, length));
    lists.near.push(nearest((1 - beyond) * RESIZE_UNIT));
    lists.far.push(nearest(beyond * RESIZE_UNIT));
  }
  return lists;
}

/**
 * A square of a picture, turned and scaled, in grey: Uint8Array of size x size.
 * matrix: [a, b, x0, c, d, y0], which takes a place in the square to its place in the picture, both by whole pixels.
 * Parts beyond the picture repeat its edge.
 */
export function cutGrey(image, [a, b, x0, c, d, y0], size) {
  const result = new Uint8Array(size * size);
  const half = WARP_UNIT / WARP_STEPS / 2;
  for (let row = 0; row < size; row++) {
    const alongX = nearest((b * row + x0) * WARP_UNIT) + half;
    const alongY = nearest((d * row + y0) * WARP_UNIT) + half;
    for (let column = 0; column < size; column++) {
      const x = (alongX + nearest(a * column * WARP_UNIT)) >> 5;
      const y = (alongY + nearest(c * column * WARP_UNIT)) >> 5;
      result[row * size + column] = greyBetween(image, x, y);
    }
  }
  return result;
}

/** The grey level at a place, in 32nds of a pixel. */
function greyBetween({ data, width, height }, x, y) {
  const [right, below] = [x & 31, y & 31];
  const columns = [within(x >> 5, width), within((x >> 5) + 1, width)];
  const rows = [within(y >> 5, height) * width, within((y >> 5) + 1, height) * width];
  const corners = rows.flatMap((row) => columns.map((column) => 4 * (row + column)));
  const [left, above] = [WARP_STEPS - right, WARP_STEPS - below];
  const weights = [left * above, right * above, left * below, right * below];
  const level = (channel) =>
    (corners.reduce((sum, at, i) => sum + data[at + channel] * weights[i], 0) + 512) >> 10;
  return (level(0) * GREY.red + level(1) * GREY.green + level(2) * GREY.blue + (1 << 14)) >> GREY.bits;
}

const within = (index, length) => Math.min(Math.max(index, 0), length - 1);

/** The mean of grey levels, 0 to 255. */
export const meanGrey = (levels) => levels.reduce((sum, level) => sum + level, 0) / levels.length;
