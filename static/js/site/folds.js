// A browser shows nothing of a field that is wrong in a closed fold, and sends no form: open it first.

document.addEventListener(
  "invalid",
  ({ target }) => {
    const fold = target.closest("details");
    if (fold) fold.open = true;
  },
  { capture: true }, // it does not bubble
);
