// Pages hold the text of every state; a script only chooses which one is seen.

/**
 * Show the parts of `root` whose data-when lists `state`, hide its other data-when parts.
 * `root` carries data-states; parts inside a nested data-states belong to that one.
 */
export function showState(root, state) {
  for (const part of root.querySelectorAll("[data-when]")) {
    if (part.closest("[data-states]") !== root) continue;
    part.hidden = !part.dataset.when.split(" ").includes(state);
  }
}

/** Set a text only when it differs: a live region speaks again on every change. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
