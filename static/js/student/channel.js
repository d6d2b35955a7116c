// The way to the capture Worker, which has the connection to the server. One that dies or hangs is started once more; where it does not run at all, the page holds
// the connection itself, without a camera.
import { sessionLink } from "../lib/session_link.js";

const SAYS_HELLO_WITHIN_MS = 10_000;
const ASKED_EVERY_MS = 5000;
const UNANSWERED_IN_A_ROW = 4; // also a device that just woke up answers before that
const STARTS = 2;
const SAID_AGAIN = new Set(["connect", "engine", "alone"]); // to a Worker that takes another one's place

/**
 * Start the Worker at `url`. `listen(handler)` hears all its messages, the first of them "hello", whose `problem`
 * is why there is no camera: "no_worker", "worker_gone" or "too_old", or "" where there may be one. "restarted" says that a new one
 * stands in for one that answered no more: it needs the camera again. Where that one fails, too, there is another "hello".
 */
export function openChannel(url) {
  const handlers = [];
  const tell = (message) => handlers.forEach((handler) => handler(message));
  const said = new Map();
  let other = null; // a Worker, or the page's own link
  let starts = 0;
  let stopAsking = () => {};

  function start() {
    const worker = (other = newWorker(url));
    if (!worker) return queueMicrotask(() => takeOver("no_worker"));
    starts += 1;
    const timer = setTimeout(takeOver, SAYS_HELLO_WITHIN_MS, "no_worker");
    const asking = setInterval(ask, ASKED_EVERY_MS);
    let unanswered = null; // null: it has not said hello yet
    stopAsking = () => {
      clearTimeout(timer);
      clearInterval(asking);
    };

    function ask() {
      if (unanswered === null || other !== worker) return;
      if (unanswered++ < UNANSWERED_IN_A_ROW) worker.postMessage({ type: "ping" });
      else if (starts < STARTS) restart();
      else takeOver("worker_gone");
    }

    worker.onerror = () => takeOver("no_worker");
    worker.onmessage = ({ data }) => {
      unanswered = 0;
      if (data.type === "pong") return;
      if (data.type !== "hello") return tell(data);
      clearTimeout(timer);
      worker.onerror = null;
      tell({ ...data, problem: data.draws ? "" : "too_old" });
    };
  }

  function end() {
    stopAsking();
    if (!other) return;
    other.onmessage = other.onerror = null;
    other.terminate();
  }

  function restart() {
    end();
    start();
    said.forEach((message) => other?.postMessage(message));
    tell({ type: "restarted" });
  }

  function takeOver(problem) {
    end();
    const link = sessionLink({
      onLink: (is) => tell({ type: "link", ...is }),
      onNews: tell,
      onAnswer() {},
    });
    other = { postMessage: (message) => link.obey(message) };
    tell({ type: "hello", readsTracks: false, problem });
    if (said.has("connect")) link.obey(said.get("connect"));
  }

  start();
  return {
    listen: (handler) => handlers.push(handler),
    post(message, moved = []) {
      if (SAID_AGAIN.has(message.type)) said.set(message.type, message);
      if (message.type === "disconnect") ["connect", "alone"].forEach((type) => said.delete(type));
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
