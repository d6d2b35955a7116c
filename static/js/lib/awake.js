// A page that comes back: from another tab, from the browser's memory of pages, from a frozen tab.

/** Call `run` whenever this page is looked at again, and when the network is back. */
export function onAwake(run) {
  document.addEventListener("visibilitychange", () => document.hidden || run());
  document.addEventListener("resume", run);
  addEventListener("pageshow", ({ persisted }) => persisted && run());
  addEventListener("online", run);
}
