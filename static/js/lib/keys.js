// One key for what a button does.

/** Act when the button is pressed or its key, wherever nobody types; the key never lands in a field that opens. */
export function onPress(button, wanted, act) {
  button.addEventListener("click", act);
  button.ownerDocument.addEventListener("keydown", (event) => {
    const { key, repeat, ctrlKey, metaKey, altKey, target } = event;
    const types = target.closest("input, textarea, select, [contenteditable], dialog");
    if (key.toLowerCase() !== wanted || repeat || ctrlKey || metaKey || altKey || types) return;
    event.preventDefault();
    act();
  });
}
