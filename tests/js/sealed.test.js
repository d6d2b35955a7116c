import assert from "node:assert/strict";
import { test } from "node:test";

import { isKey, newKey, seal, unseal } from "../../static/js/lib/sealed.js";

const SEALED = /^[\w-]{336}$/; // as sessions_app/services/own_result.py takes it
const LABELS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];
const LONGEST = {
  at: 9_999_999_999_999,
  camera: "starting",
  face: false,
  scores: Object.fromEntries(LABELS.map((label) => [label, 0.123])),
};

test("what is sealed is read with the same key alone", async () => {
  const key = newKey();
  const sealed = await seal(key, LONGEST);

  assert.deepEqual(await unseal(key, sealed), LONGEST);
  assert.equal(await unseal(newKey(), sealed), null);
});

test("all that is sealed has one length, and is another one each time", async () => {
  const key = newKey();
  const all = await Promise.all([LONGEST, LONGEST, { at: 1, camera: "off" }, {}].map((told) => seal(key, told)));

  for (const sealed of all) assert.match(sealed, SEALED);
  assert.equal(new Set(all).size, all.length);
});

test("what was changed on its way is nothing", async () => {
  const key = newKey();
  const sealed = await seal(key, LONGEST);
  const other = sealed[100] === "A" ? "B" : "A";

  for (const broken of [sealed.slice(0, 100) + other + sealed.slice(101), sealed.slice(1), "", "no such %"])
    assert.equal(await unseal(key, broken), null);
  assert.equal(await unseal("no key", sealed), null);
});

test("a key is 43 characters that an address may bear", () => {
  assert.ok(isKey(newKey()));
  for (const other of ["", "a".repeat(42), "a".repeat(44), `${"a".repeat(42)}%`]) assert.ok(!isKey(other));
});
