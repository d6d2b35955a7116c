// Buttons that copy, also on a page without https, where browsers keep the clipboard from scripts.
import { gettext } from "../lib/i18n.js";

const SAYS_SO_FOR_MS = 2000;
const COPIED = gettext("Copied");
const FAILED = gettext("Not copied. Select the text and copy it.");

const told = new WeakMap(); // words -> {before, timer}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const words = button.querySelector("[data-copy-words]");
  tell(words, (await copied(button.dataset.copy)) ? COPIED : FAILED);
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text); // no clipboard here, or it is refused
  }
}

function copiedBySelection(text) {
  const focused = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  field.className = "visually-hidden";
  (focused?.closest("dialog") ?? document.body).append(field);
  field.focus({ preventScroll: true });
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

/** Say it for a moment, however often the button is pressed meanwhile. */
function tell(words, text) {
  const { before = words.textContent, timer } = told.get(words) ?? {};
  clearTimeout(timer);
  words.textContent = text;
  const goesBack = setTimeout(() => {
    words.textContent = before;
    told.delete(words);
  }, SAYS_SO_FOR_MS);
  told.set(words, { before, timer: goesBack });
}
