// The way to the capture Worker. Where it does not run, the page holds the connection itself, without a camera.
import { sessionLink } from "../lib/session_link.js";

const SAYS_HELLO_WITHIN_MS = 10_000;

/**
 * Start the Worker at `url`. `listen(handler)` hears all its messages, the first of them "hello", whose `problem`
 * is why there is no camera: "no_worker" or "too_old", or "" where there may be one.
 */
export function openChannel(url) {
  const handlers = [];
  const tell = (message) => handlers.forEach((handler) => handler(message));
  let asked = null; // what to do again where the page takes over
  let other = null; // a Worker, or the page's own link
  const timer = setTimeout(takeOver, SAYS_HELLO_WITHIN_MS);

  function heard({ data }) {
    if (data.type !== "hello") return tell(data);
    clearTimeout(timer);
    worker.onerror = null;
    tell({ ...data, problem: data.draws ? "" : "too_old" });
  }

  function takeOver() {
    clearTimeout(timer);
    worker?.terminate();
    const link = sessionLink({
      onLink: (is) => tell({ type: "link", ...is }),
      onNews: tell,
      onAnswer() {},
    });
    other = { postMessage: (message) => link.obey(message) };
    tell({ type: "hello", readsTracks: false, problem: "no_worker" });
    if (asked) link.obey(asked);
  }

  const worker = newWorker(url);
  other = worker;
  if (worker) Object.assign(worker, { onmessage: heard, onerror: takeOver });
  else queueMicrotask(takeOver);
  return {
    listen: (handler) => handlers.push(handler),
    post(message, moved = []) {
      if (message.type === "connect") asked = message;
      other?.postMessage(message, moved);
    },
  };
}

function newWorker(url) {
  try {
    return new Worker(url, { type: "module" });
  } catch {
    return null;
  }
}
