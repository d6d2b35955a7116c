import assert from "node:assert/strict";
import { test } from "node:test";

import { alertCard } from "../../static/js/dashboard/alert_card.js";

const LATE = { id: "expression-8", words: "More look pleased.", since: "2026-11-29T10:00:00Z" };
const NEXT = { id: "pulse-12", words: "More are lost.", since: "2026-11-29T10:05:00Z" };

/** A card whose parts are kept by their selectors, and a button that answers it. */
function card() {
  const parts = {};
  const root = {
    dataset: { alertsUrl: "/api/alerts/", windowS: "60" },
    querySelector: (name) => (parts[name] ??= { hidden: true, addEventListener: listen(name) }),
    querySelectorAll: () => [],
  };
  const pressed = {};
  const listen = (name) => (_, press) => (pressed[name] = press);
  const problem = root.querySelector("[role=alert]");
  return { root, problem, dismiss: () => pressed["[data-close]"]() };
}

globalThis.document = { querySelector: () => ({ value: "token" }), documentElement: { lang: "en" } };

test("that the server did not answer is said of that alert, and not of the next", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  const { root, problem, dismiss } = card();
  const { show } = alertCard(root, () => {});
  show(LATE);

  await dismiss();
  show(LATE); // the next snapshot has it still

  assert.equal(problem.hidden, false);
  assert.match(problem.textContent, /did not answer/);
  show(null); // another device has answered it
  show(NEXT);
  assert.equal(problem.hidden, true);
});

test("an answer that arrives takes the complaint of the try before away", async () => {
  const { root, problem, dismiss } = card();
  const { show } = alertCard(root, () => show(null));
  show(LATE);
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  await dismiss();

  globalThis.fetch = () => Promise.resolve({ ok: true });
  await dismiss();

  assert.equal(problem.hidden, true);
  assert.equal(root.hidden, true);
});
