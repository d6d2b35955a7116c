// A second press while the first is under way sends nothing; the server knows it, too.
const UNDER_WAY_MS = 10_000;
const sentAt = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asked = form.dataset.confirm && !form.dataset.confirmed; // and held back first
  if (event.defaultPrevented || asked || form.method !== "post") return;
  if (Date.now() - (sentAt.get(form) ?? -Infinity) < UNDER_WAY_MS) event.preventDefault();
  else sentAt.set(form, Date.now());
});

// A page that comes back from the browser's memory begins again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) sentAt.delete(form);
});
