/** Offer to print the page, where it has a button for it that no script has shown yet. */
export function offerPrint(root) {
  const button = root.querySelector("[data-part=print]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => print());
}
