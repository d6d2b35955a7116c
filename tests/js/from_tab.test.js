import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { newKey, seal } from "../../static/js/lib/sealed.js";
import { fromTab } from "../../static/js/student/from_tab.js";

const KEY = newKey();
const SEEN = { camera: "on", face: true, scores: { happy: 0.75 } };

let now;
let card;

/** A card with one bar and three sentences. */
function newCard() {
  const [style, value, empty] = [{}, { textContent: "" }, { hidden: false }];
  const sentences = ["nothing", "no_face", "elsewhere"].map((when) => ({ dataset: { when }, hidden: true }));
  const states = { querySelectorAll: () => sentences, contains: () => false };
  for (const sentence of sentences) sentence.closest = () => states;
  const bar = {
    dataset: { score: "happy" },
    querySelector: (what) => (what === "[data-value]" ? value : { style }),
  };
  return {
    says: () => (empty.hidden ? value.textContent : sentences.find(({ hidden }) => !hidden).dataset.when),
    querySelector: (what) => ({ "[data-states]": states, "[data-scores-empty]": empty })[what],
    querySelectorAll: () => [bar],
  };
}

beforeEach(() => {
  mock.reset();
  now = 1_000_000;
  mock.method(Date, "now", () => now);
  globalThis.document = { documentElement: { lang: "en" }, activeElement: null };
  card = newCard();
});

const told = (what) => seal(KEY, { at: now, ...what });

test("what the tab told is shown as the tab shows it", async () => {
  const own = fromTab(card, KEY);

  assert.equal(await own.show(await told(SEEN)), "read");
  assert.equal(card.says(), "75 %");
});

test("what is old is shown no more, and then where it is to be had", async () => {
  const own = fromTab(card, KEY);
  const old = await told(SEEN);
  await own.show(old);
  now += 20_000;
  assert.equal(await own.show(old), null);
  assert.equal(card.says(), "nothing");
  now += 1;
  await own.show(null);
  assert.equal(card.says(), "elsewhere");
});

test("another panel's key, or nothing at all, shows nothing", async () => {
  const own = fromTab(card, newKey());

  for (const sealed of [await told(SEEN), "", null, undefined]) {
    assert.equal(await own.show(sealed), null);
    assert.equal(card.says(), "nothing");
  }
});

test("no face is said, and a camera that gives nothing", async () => {
  const own = fromTab(card, KEY);

  assert.equal(await own.show(await told({ camera: "on", face: false, scores: null })), "read");
  assert.equal(card.says(), "no_face");
  for (const [camera, state] of [
    ["black", "black"],
    ["frozen", "frozen"],
    ["silent", "silent"],
    ["off", "not_read"],
    ["held", "not_read"],
    ["error", "not_read"],
  ]) {
    assert.equal(await own.show(await told({ camera, face: null, scores: null })), state);
    assert.equal(card.says(), "nothing");
  }
});
