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

test("a no that could not be written yet stays a no on the page, and is said again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const answers = [
    answered(503, { error: "No more data is read from you." }),
    answered(200, { expression: false, pulse: true }),
  ];
  const asked = mock.method(globalThis, "fetch", async () => answers.shift());
  const box = { name: "expression", checked: false, addEventListener: (_, f) => (box.turn = f) };
  const dialog = dialogOf(box);
  const before = [];
  const changed = [];
  choicesDialog(dialog, {
    url: "/choices/",
    token: "t",
    onBefore: (...said) => before.push(said),
    onChange: (saved) => changed.push(saved),
  });

  box.turn();
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(dialog.note.textContent, "No more data is read from you.");
  assert.equal(box.checked, false);
  assert.deepEqual(before, [["expression", false]]);

  mock.timers.tick(2000);
  for (let i = 0; i < 5; i++) await settled();
  assert.equal(asked.mock.callCount(), 2);
  assert.deepEqual(changed, [{ expression: false, pulse: true }]);
  mock.timers.reset();
});
