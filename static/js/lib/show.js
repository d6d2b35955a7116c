// Pages hold the text of every state; a script only chooses which one is seen.

const searching = new WeakSet(); // roots whose focused control went, with none in its place yet

/**
 * Show the parts of `root` whose data-when lists `state`, hide its other data-when parts.
 * `root` carries data-states; parts inside a nested data-states belong to that one.
 * Focus on a control that is hidden moves to the one that came in its place.
 */
export function showState(root, state) {
  const focused = document.activeElement;
  for (const part of root.querySelectorAll("[data-when]")) {
    if (part.closest("[data-states]") !== root) continue;
    part.hidden = !part.dataset.when.split(" ").includes(state);
  }
  if (root.contains(focused) && !isSeen(focused)) searching.add(root);
  if (searching.has(root)) handFocusOver(root);
}

/** Show the parts whose data-if names a fact that holds, hide the others; "!name" is its opposite. */
export function showFacts(root, facts) {
  for (const part of root.querySelectorAll("[data-if]")) {
    const name = part.dataset.if;
    part.hidden = name.startsWith("!") ? facts[name.slice(1)] : !facts[name];
  }
}

/** Show the parts of `root` for one view of a class ("groups", "labels"), hide the other's. */
export function showView(root, view) {
  for (const part of root.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== view;
}

function handFocusOver(root) {
  const focused = document.activeElement;
  const wentElsewhere = focused !== document.body && isSeen(focused);
  const next = [...root.querySelectorAll("[data-when] :is(a, button), button[data-when]")].find(
    (control) => isSeen(control) && control.closest("[data-states]") === root,
  );
  if (!wentElsewhere) next?.focus();
  if (wentElsewhere || next) searching.delete(root);
}

const isSeen = (element) => element.getClientRects().length > 0;

/** Set a text only when it differs: a live region speaks again on every change. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
