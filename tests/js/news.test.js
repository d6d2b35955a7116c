import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { followNews } from "../../static/js/lib/news.js";

const EVERY_MS = 6000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

let answers; // [status, news] in order; null for a line that is away
let asked;
let told;
let awake;

async function wait(ms) {
  mock.timers.tick(ms);
  for (let i = 0; i < 8; i++) await settled();
}

function follow() {
  followNews(() => "/news/", {
    everyMs: EVERY_MS,
    onNews: (news) => told.push(news),
    onAway: () => told.push("away"),
    onGone: (status) => told.push(status),
  });
}

beforeEach(() => {
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [answers, asked, told] = [[], 0, []];
  const listen = (name, run) => name === "online" && (awake = run);
  globalThis.document = { addEventListener() {} };
  globalThis.addEventListener = listen;
  mock.method(Math, "random", () => 0.5);
  mock.method(globalThis, "fetch", async () => {
    asked += 1;
    const answer = answers.shift() ?? [200, "same"];
    if (answer === "away") throw new TypeError("no line");
    const [status, news] = answer;
    return { status, ok: status === 200, json: async () => news };
  });
});

test("news are asked for at once and then every few seconds, also over a line that comes back", async () => {
  answers = [[200, "first"], "away", [503, null], [200, "second"]];
  follow();
  await wait(0);
  for (let i = 0; i < 3; i++) await wait(EVERY_MS);

  assert.deepEqual(told, ["first", "away", "away", "second"]);
});

test("a class does not ask in one moment", async () => {
  follow();
  await wait(0);
  await wait(EVERY_MS - 1);
  assert.equal(asked, 1);
  await wait(1);
  assert.equal(asked, 2);

  Math.random.mock.mockImplementation(() => 0);
  await wait(EVERY_MS);
  await wait(0.75 * EVERY_MS);
  assert.equal(asked, 4);
});

for (const status of [403, 404, 410])
  test(`nothing is asked after ${status}, not even by a page that is looked at again`, async () => {
    answers = [[status, null]];
    follow();
    await wait(0);
    awake();
    await wait(10 * EVERY_MS);

    assert.deepEqual(told, [status]);
    assert.equal(asked, 1);
  });

test("a page that is looked at again asks at once, and keeps one rhythm", async () => {
  follow();
  await wait(0);
  await wait(1000);
  awake();
  await wait(0);
  assert.equal(asked, 2);
  await wait(EVERY_MS);

  assert.equal(asked, 3);
});
