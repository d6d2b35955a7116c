// The binary message that carries one frame to the server.

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
