import assert from "node:assert/strict";
import { test } from "node:test";

import { encodeFrame, nextSeq } from "../../static/js/lib/protocol.js";

const bytes = (...values) => new Uint8Array(values).buffer;

test("a frame is version, sequence and time, big endian, and then the JPEG", () => {
  const message = encodeFrame(0x01020304, 0x0102_0304_0506, bytes(0xff, 0xd8, 0xff));

  assert.deepEqual(
    [...new Uint8Array(message)],
    [1, 1, 2, 3, 4, 0, 0, 1, 2, 3, 4, 5, 6, 0xff, 0xd8, 0xff],
  );
});

test("a fraction of a millisecond is rounded away", () => {
  const message = encodeFrame(1, 41.6, bytes());

  assert.equal(new DataView(message).getBigUint64(5), 42n);
});

test("the sequence starts again rather than overflow four bytes", () => {
  assert.equal(nextSeq(7), 8);
  assert.equal(nextSeq(0xffff_ffff), 1);
});
