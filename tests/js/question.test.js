import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { followQuestion } from "../../static/js/lib/question.js";

const EVERY_MS = 30_000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

let asked;
let statuses;
let told;

/** Let time pass, with all that is answered meanwhile. */
async function wait(ms) {
  mock.timers.tick(ms);
  for (let i = 0; i < 8; i++) await settled();
}

beforeEach(() => {
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  globalThis.document = { visibilityState: "visible" };
  asked = 0;
  told = [];
  statuses = [];
  mock.method(Math, "random", () => 0.5);
  mock.method(globalThis, "fetch", async () => {
    const [status, answer] = statuses.shift() ?? [200, { asked: false }];
    told.push(status);
    return { status, ok: status === 200, json: async () => answer };
  });
});

test("pages that hear of the end together do not all ask at once, and reload once", async () => {
  statuses = [[200, { asked: false }], [503, null], [200, { asked: true }]];
  followQuestion("/question/", () => asked++);
  await wait(0);
  assert.equal(told.length, 0);

  await wait(0.5 * EVERY_MS);
  assert.equal(told.length, 1);
  await wait(EVERY_MS);
  assert.equal(asked, 0);
  await wait(EVERY_MS);
  assert.equal(asked, 1);
  await wait(10 * EVERY_MS);
  assert.deepEqual(told, [200, 503, 200]);
});

test("a page that nobody looks at asks nothing until it is seen", async () => {
  document.visibilityState = "hidden";
  followQuestion("/question/", () => asked++);
  for (let i = 0; i < 3; i++) await wait(EVERY_MS);
  assert.equal(told.length, 0);

  document.visibilityState = "visible";
  await wait(EVERY_MS);
  assert.equal(told.length, 1);
});

test("who has left is not asked, and a page does not ask for ever", async () => {
  statuses = [[403, null]];
  followQuestion("/question/", () => asked++);
  for (let i = 0; i < 5; i++) await wait(EVERY_MS);
  assert.deepEqual(told, [403]);

  told = [];
  followQuestion("/question/", () => asked++);
  for (let i = 0; i < 300; i++) await wait(EVERY_MS);
  assert.ok(told.length > 200 && told.length <= 241, String(told.length));
});
