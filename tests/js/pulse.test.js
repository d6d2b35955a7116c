import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { pulseButtons } from "../../static/js/student/pulse.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

function buttonOf(tap) {
  const attributes = { "aria-pressed": "false" };
  return {
    dataset: { tap },
    getAttribute: (name) => attributes[name],
    setAttribute: (name, value) => (attributes[name] = value),
    addEventListener(_, heard) {
      this.press = heard;
    },
  };
}

mock.timers.enable({ apis: ["setTimeout"] }); // a tap fades after five minutes

/** The buttons of a page whose server answers with these statuses. */
function pageWith(...statuses) {
  const note = { textContent: "" };
  const buttons = ["lost", "ok"].map(buttonOf);
  const sent = [];
  mock.method(globalThis, "fetch", async (_, { body }) => {
    sent.push(body.get("tap"));
    return { status: statuses.shift() };
  });
  globalThis.document = { documentElement: { lang: "en" } };
  pulseButtons(
    { querySelectorAll: () => buttons, querySelector: () => note },
    { url: "/pulse/", token: "t" },
  );
  const [lost, ok] = buttons;
  const pressed = () => buttons.filter((b) => b.getAttribute("aria-pressed") === "true");
  return { note, lost, ok, sent, pressed };
}

async function press(button) {
  button.press();
  await settled();
  await settled();
}

test("a tap that is tapped again is taken back", async () => {
  const { note, ok, sent, pressed } = pageWith(204, 204);

  await press(ok);
  assert.deepEqual(pressed(), [ok]);
  await press(ok);

  assert.deepEqual(sent, ["ok", "none"]);
  assert.deepEqual(pressed(), []);
  assert.match(note.textContent, /taken back/);
});

test("another answer replaces a tap", async () => {
  const { lost, ok, sent, pressed } = pageWith(204, 204);

  await press(ok);
  await press(lost);

  assert.deepEqual(sent, ["ok", "lost"]);
  assert.deepEqual(pressed(), [lost]);
});

test("a tap that could not be taken back is shown as what counts", async () => {
  const { note, ok, pressed } = pageWith(204, 503);

  await press(ok);
  await press(ok);

  assert.deepEqual(pressed(), [ok]);
  assert.match(note.textContent, /Not sent/);
});
