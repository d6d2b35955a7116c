import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { screenLock } from "../../static/js/lib/wake_lock.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

class Lock extends EventTarget {
  async release() {
    this.dispatchEvent(new Event("release"));
  }
}

/** A browser's locks, of which the first `refused` requests fail. */
function locksThat({ refused = 0 } = {}) {
  const given = [];
  const request = async () => {
    if (refused-- > 0) throw new DOMException("", "NotAllowedError");
    given.push(new Lock());
    return given.at(-1);
  };
  return { given, request };
}

function look(hidden) {
  document.hidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.addEventListener ??= () => {};
});

test("the screen is kept on while that is wanted, and no longer", async () => {
  const told = [];
  const locks = locksThat();
  const keepOn = screenLock((held) => told.push(held), locks);

  keepOn(true);
  keepOn(true);
  await settled();
  assert.deepEqual([told, locks.given.length], [[true], 1]);

  keepOn(false);
  await settled();
  assert.deepEqual(told, [true, false]);
  look(false);
  await settled();
  assert.equal(locks.given.length, 1);
});

test("a page that comes back from the background takes its lock again", async () => {
  const told = [];
  const locks = locksThat();
  screenLock((held) => told.push(held), locks)(true);
  await settled();

  document.hidden = true; // the browser lets go of the lock then
  await locks.given[0].release();
  assert.deepEqual([told, locks.given.length], [[true, false], 1]);

  look(false);
  await settled();
  assert.deepEqual([told, locks.given.length], [[true, false, true], 2]);
});

test("a browser that cannot or will not keep the screen on is believed", async () => {
  const told = [];
  screenLock((held) => told.push(held), null)(true);
  const locks = locksThat({ refused: 1 });
  screenLock((held) => told.push(held), locks)(true);
  await settled();
  assert.deepEqual(told, [false]);

  look(false);
  await settled();
  assert.deepEqual(told, [false, true]);
});

test("what is no longer wanted when it is given goes at once", async () => {
  const told = [];
  const locks = locksThat();
  const keepOn = screenLock((held) => told.push(held), locks);

  keepOn(true);
  keepOn(false);
  await settled();

  assert.deepEqual(told, [true, false]);
});
