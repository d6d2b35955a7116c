import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { choicesDialog } from "../../static/js/student/choices.js";

/** A dialog with one switch, which the student turns off. */
function dialogOf(box) {
  const note = { textContent: "" };
  return { note, querySelector: () => note, querySelectorAll: () => [box] };
}

const answered = (status, body) => ({ status, ok: status === 200, json: async () => body });
const settled = () => new Promise((resolve) => setImmediate(resolve));

const HELD = { error: "No more data is read from you." };

// Of a database that is locked; of a door that has too many of this address, or was too slow; of no server at all.
for (const [status, body, says] of [
  [503, HELD, /^No more data/],
  [429, null, /tries again/],
  [408, null, /tries again/],
  [403, null, /tries again/],
  [0, null, /tries again/],
])
  test(`a no that is answered with ${status} stays a no on the page, and is said again`, () =>
    saysItAgain(status, body, says));

async function saysItAgain(status, body, says) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const failed = answered(status, body);
  failed.json = async () => body ?? JSON.parse("Too many connections from this address.");
  const answers = [failed, answered(200, { expression: false, pulse: true })];
  const asked = mock.method(globalThis, "fetch", async () => {
    const answer = answers.shift();
    if (!answer.status) throw new TypeError("no line");
    return answer;
  });
  const box = { name: "expression", checked: false, addEventListener: (_, f) => (box.turn = f) };
  const dialog = dialogOf(box);
  const before = [];
  const changed = [];
  const choices = choicesDialog(dialog, {
    url: "/choices/",
    token: "t",
    onBefore: (...said) => before.push(said),
    onChange: (saved) => changed.push(saved),
  });

  box.turn();
  for (let i = 0; i < 5; i++) await settled();
  assert.match(dialog.note.textContent, says);
  assert.equal(box.checked, false);
  assert.deepEqual(before, [["expression", false]]);
  assert.equal(choices.waits(), true);

  mock.timers.tick(2000);
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(asked.mock.callCount(), 2);
  assert.deepEqual(changed, [{ expression: false, pulse: true }]);
  assert.equal(choices.waits(), false);
  mock.timers.reset();
}
