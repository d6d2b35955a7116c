// Whether the demo is still open: a visit on a device has no line on which the server could say so.

const ASKED_EVERY_MS = 15_000;

/** `start()` asks now and then, until `stop()`; `onClosed` hears that the page is gone. A server away is no answer. */
export function stillOpen(onClosed, url = location.href) {
  let timer = null;

  async function ask() {
    const answer = await fetch(url, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (timer && answer?.status === 404) onClosed();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  return {
    start() {
      stop();
      timer = setInterval(ask, ASKED_EVERY_MS);
    },
    stop,
  };
}
