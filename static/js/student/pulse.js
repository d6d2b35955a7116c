// The one-tap pulse: the last tap counts for five minutes, or until it is tapped again, which takes it back.
import { clockTime } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { post } from "../lib/request.js";
import { setText } from "../lib/show.js";

const COUNTS_MS = 5 * 60_000;
const COUNTS = gettext("Your tap counts until %(time)s. Tap it again to take it back.");
const TAKEN_BACK = gettext("Your tap is taken back. How is it going for you?");
const NONE = "none"; // what the server calls no tap
const TROUBLE = {
  403: gettext("You have not agreed to the pulse. You can change this under “Your choices”."),
  409: gettext("The lesson is not running at the moment, so this tap does not count."),
  410: gettext("Your teacher has changed the answers. Reload the page to see them."),
  429: gettext("Too many taps. Wait a moment, then tap again."),
};

/** Wire the buttons inside `root`; `enable(false)` while the class does not run. */
export function pulseButtons(root, { url, token }) {
  const buttons = [...root.querySelectorAll("[data-tap]")];
  const note = root.querySelector("[data-pulse-note]");
  let fades = null;

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

  function press(chosen) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
  }

  async function tap(button) {
    clearTimeout(fades);
    press(button);
    setText(note, gettext("Sending …"));
    const status = await statusOf(button.dataset.tap);
    if (status !== 204) return refuse(status);
    setText(note, fill(COUNTS, { time: clockTime(Date.now() + COUNTS_MS) }));
    fades = setTimeout(fade, COUNTS_MS);
  }

  async function takeBack() {
    setText(note, gettext("Sending …"));
    const status = await statusOf(NONE);
    if (status !== 204) return explain(status); // it still counts, and stays pressed
    clearTimeout(fades);
    press(null);
    setText(note, TAKEN_BACK);
  }

  function refuse(status) {
    press(null);
    explain(status);
  }

  const explain = (status) => setText(note, TROUBLE[status] ?? gettext("Not sent. Try again."));

  function fade() {
    press(null);
    setText(note, gettext("Your last tap no longer counts. How is it going now?"));
  }

  const statusOf = (tapped) =>
    post(url, { tap: tapped }, token).then(
      ({ status }) => status,
      () => 0,
    );

  for (const button of buttons)
    button.addEventListener("click", () => (isPressed(button) ? takeBack() : tap(button)));
  return {
    enable(on) {
      for (const button of buttons) button.disabled = !on;
    },
  };
}
