import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { newKey, unseal } from "../../static/js/lib/sealed.js";
import { toPanel } from "../../static/js/student/to_panel.js";

const KEY = newKey();
const OWN = { camera: "on", face: true, scores: { happy: 0.9 } };

let now;
let sent; // what came with each question: null, or what was sealed
let asked; // whether a panel asks, as the server says; null while it does not answer
let kept;

async function look(tell, after = 0) {
  now += after;
  await tell();
}

beforeEach(() => {
  mock.reset();
  [now, sent, asked, kept] = [0, [], false, KEY];
  mock.method(performance, "now", () => now);
  mock.method(globalThis, "setInterval", () => 0);
  globalThis.history = { state: null };
  globalThis.sessionStorage = { getItem: () => kept };
  mock.method(globalThis, "fetch", async (url, { body }) => {
    sent.push(body.get("sealed"));
    if (asked === null) throw new TypeError("no line");
    return { ok: true, json: async () => ({ asked }) };
  });
});

const told = () => Promise.all(sent.map((sealed) => sealed && unseal(KEY, sealed)));

test("nothing is told before a panel asks, then at once and as often as it asks", async () => {
  const tell = toPanel({ url: "/own/", token: "t", own: () => OWN });
  await look(tell);
  await look(tell, 5900);
  assert.deepEqual(sent, [null]);
  asked = true;
  await look(tell, 100);
  await look(tell);
  await look(tell, 5900);
  await look(tell, 100);

  const all = await told();
  assert.deepEqual(
    all.map((each) => each && each.scores),
    [null, null, OWN.scores, OWN.scores],
  );
});

test("nothing is sealed any more once no panel asks, or the server is away", async () => {
  asked = true;
  const tell = toPanel({ url: "/own/", token: "t", own: () => OWN });
  await look(tell);
  await look(tell);
  asked = false;
  await look(tell, 6000);
  await look(tell, 6000);
  asked = null;
  await look(tell, 6000);
  await look(tell, 6000);

  assert.deepEqual(
    sent.map((sealed) => sealed !== null),
    [false, true, true, false, false, false],
  );
});

test("a student who said no, or whose lesson does not run, tells nothing at all", async () => {
  asked = true;
  const tell = toPanel({ url: "/own/", token: "t", own: () => null });
  await look(tell);
  await look(tell, 60_000);

  assert.deepEqual(sent, []);
});

test("without a panel's key nothing is asked", async () => {
  kept = null;
  const tell = toPanel({ url: "/own/", token: "t", own: () => OWN });
  await look(tell);

  assert.deepEqual(sent, []);
});
