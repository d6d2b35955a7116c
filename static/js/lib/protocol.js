// The binary messages to the server: a frame, or what a device read in an interval.

const VERSION = 1;
const HEADER_BYTES = 13;
const MAX_SEQ = 0xffff_ffff;

/** The sequence number after this one; it starts again rather than overflow four bytes. */
export const nextSeq = (seq) => (seq >= MAX_SEQ ? 1 : seq + 1);

/**
 * Version (1 byte), sequence (4), capture time in ms since the epoch (8), all big endian, then the JPEG.
 * `jpeg` is an ArrayBuffer; so is the result.
 */
export function encodeFrame(seq, capturedAtMs, jpeg) {
  const message = new ArrayBuffer(HEADER_BYTES + jpeg.byteLength);
  const header = new DataView(message);
  header.setUint8(0, VERSION);
  header.setUint32(1, seq);
  header.setBigUint64(5, BigInt(Math.round(capturedAtMs)));
  new Uint8Array(message, HEADER_BYTES).set(new Uint8Array(jpeg));
  return message;
}

const INTERVAL = 2;
const INTERVAL_BYTES = 75;

/**
 * What a device read in an interval (docs/protocol.md); all numbers big endian. The result is an ArrayBuffer.
 * engine: 16 hexadecimal digits; sums: of device/tally.js.
 */
export function encodeInterval(seq, sentAtMs, engine, sums) {
  const message = new DataView(new ArrayBuffer(INTERVAL_BYTES));
  message.setUint8(0, INTERVAL);
  message.setUint32(1, seq);
  message.setBigUint64(5, BigInt(Math.round(sentAtMs)));
  message.setBigUint64(13, BigInt(`0x${engine}`));
  message.setUint16(21, sums.tenths);
  message.setUint16(23, sums.frames);
  message.setUint16(25, sums.faces);
  message.setUint16(27, Math.round(sums.luma * 10));
  sums.scores.forEach((score, i) => message.setFloat32(29 + 4 * i, score));
  sums.wins.forEach((count, i) => message.setUint16(57 + 2 * i, count));
  message.setFloat32(71, sums.highest);
  return message.buffer;
}
