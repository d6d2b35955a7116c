// The two choices, open to change at any time; each is saved by itself.
import { gettext } from "../lib/i18n.js";
import { post } from "../lib/request.js";
import { setText } from "../lib/show.js";

const TRY_AGAIN_MS = 2000;
const ON_ITS_WAY = gettext(
  "Your choice has not reached the server yet. The page tries again until it does.",
);

/**
 * Wire the switches of a dialog; `onChange({expression, pulse})` gets what holds now. `read` tells the server which
 * text and rules the page shows. Who would load the page again asks first whether it `waits()` for a no to be heard.
 */
export function choicesDialog(dialog, { url, token, read, onBefore, onChange }) {
  const note = dialog.querySelector("[data-choices-note]");
  const unheard = new Set();

  async function save(box) {
    onBefore(box.name, box.checked);
    setText(note, gettext("Saving …"));
    if (!box.checked) unheard.add(box.name);
    const { saved, held } = await decisions(box);
    if (held) {
      // The server obeys a no that it could not write down yet; so does this page.
      setTimeout(() => box.checked || save(box), TRY_AGAIN_MS);
      return setText(note, held);
    }
    unheard.delete(box.name);
    if (!saved) {
      box.checked = !box.checked;
      onBefore(box.name, box.checked);
      return setText(note, gettext("Not saved, nothing has changed. Try again."));
    }
    setText(note, gettext("Saved."));
    onChange(saved);
  }

  async function decisions(box) {
    const answer = { [box.name]: box.checked ? "on" : "off", read };
    const response = await post(url, answer, token).catch(() => null);
    if (response?.status === 409) location.reload(); // over, or a new text to read first
    if (!box.checked && isHeldBack(response)) return { held: await reasonOf(response) };
    return { saved: response?.ok ? await response.json() : null };
  }

  /** A no is never taken back because it did not get through: to the line, the door or the server. */
  const isHeldBack = (response) => !response?.ok && response?.status !== 409;

  const reasonOf = (response) =>
    Promise.resolve(response?.json()).then(
      (answer) => answer?.error ?? ON_ITS_WAY,
      () => ON_ITS_WAY, // not the server's own answer
    );

  for (const box of dialog.querySelectorAll("input[role=switch]")) {
    box.addEventListener("change", () => save(box));
  }
  return { waits: () => unheard.size > 0 };
}
