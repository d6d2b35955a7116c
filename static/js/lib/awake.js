// A page that comes back: from another tab, from the browser's memory of pages, from a frozen tab.

/** Call `look` whenever this page is looked at again, and when the network is back. */
export function onAwake(look) {
  document.addEventListener("visibilitychange", () => document.hidden || look());
  document.addEventListener("resume", look);
  addEventListener("pageshow", ({ persisted }) => persisted && look());
  addEventListener("online", look);
}
