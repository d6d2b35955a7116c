import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { giveKey, keptKey, ownKey, takeKey } from "../../static/js/lib/panel_key.js";
import { isKey, newKey } from "../../static/js/lib/sealed.js";

const SITE = "https://class.example.org";
const PANEL = `${SITE}/panel/j/ABCDEFGH/`;
const KEY = newKey();

let kept;

function at(address, referrer = "") {
  const { origin, pathname, search, hash } = new URL(address, SITE);
  globalThis.location = { origin, pathname, search, hash };
  globalThis.history = { state: null, replaceState: (_, __, to) => at(to, referrer) };
  globalThis.document = { referrer };
}

beforeEach(() => {
  kept = new Map();
  globalThis.history = { state: null };
  globalThis.sessionStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
  };
});

test("a panel makes one key, and its links give it", () => {
  const link = new URL("/connect/a-ticket/", SITE);
  giveKey(link, ownKey());

  assert.equal(link.hash, `#panel-key=${ownKey()}`);
  assert.equal(link.pathname, "/connect/a-ticket/");
});

test("a tab takes the key that a panel's link gives, and its address has it no more", () => {
  at(`/j/ABCDEFGH/?lang=de#panel-key=${KEY}`, PANEL);
  takeKey();

  assert.equal(keptKey(), KEY);
  assert.deepEqual([location.pathname, location.search, location.hash], ["/j/ABCDEFGH/", "?lang=de", ""]);
});

for (const [whose, referrer] of [
  ["nobody's", ""],
  ["another site's", "https://evil.example/panel/j/ABCDEFGH/"],
  ["another of our pages'", `${SITE}/login/?next=/panel/j/`],
])
  test(`${whose} key is not taken, and does not replace one`, () => {
    kept.set("panel-key", KEY);
    at(`/j/ABCDEFGH/#panel-key=${newKey()}`, referrer);
    takeKey();

    assert.equal(keptKey(), KEY);
    assert.equal(location.hash, "");
  });

test("what is no key is not taken, and other addresses stay as they are", () => {
  at("/j/ABCDEFGH/#panel-key=short", PANEL);
  takeKey();
  assert.equal(keptKey(), "");
  at("/j/ABCDEFGH/#main", PANEL);
  takeKey();
  assert.equal(location.hash, "#main");
});

test("a frame without storage keeps its key as long as the page around it stays", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  Object.defineProperty(globalThis, "sessionStorage", { get: refuse, configurable: true });
  globalThis.history = { state: { other: 1 }, replaceState: (state) => (history.state = state) };
  const key = ownKey();

  assert.ok(isKey(key));
  assert.equal(ownKey(), key);
  assert.deepEqual(history.state, { other: 1, "panel-key": key });
});
