// A WebSocket that comes back by itself. Used by pages and by the capture Worker.
import { pauseBefore } from "./backoff.js";

/** The address of a socket path on the host that served this page. */
export function socketUrl(path, location = globalThis.location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/**
 * Keep a socket open until `close` is called or the server closes it for good.
 *
 * `onMessage(object)` gets parsed text messages; `onLink({state, code, retryInMs})` every change,
 * with state "connecting", "open", "waiting" or "closed". `isFinal(code, talked)` says which close codes end it;
 * `talked` tells whether the server had sent anything over that connection.
 * `env` stands in for the browser in tests.
 */
export function openLiveSocket(
  url,
  { onMessage, onLink, isFinal = () => false, env = globalThis },
) {
  let socket = null;
  let attempt = 0;
  let timer = null;
  let talked = false;
  let over = false;

  function connect() {
    onLink({ state: "connecting", code: null, retryInMs: null });
    const opened = new env.WebSocket(url);
    socket = opened;
    talked = false;
    opened.binaryType = "arraybuffer";
    opened.onopen = () => onLink({ state: "open", code: null, retryInMs: null });
    opened.onmessage = ({ data }) => {
      talked = true;
      attempt = 0; // only a server that talks counts as back
      onMessage(JSON.parse(data));
    };
    opened.onclose = ({ code }) => closed(opened, code);
  }

  function closed(which, code) {
    if (which !== socket || over) return;
    socket = null;
    if (isFinal(code, talked)) {
      over = true;
      onLink({ state: "closed", code, retryInMs: null });
      return;
    }
    const retryInMs = pauseBefore(attempt++, env.random ?? Math.random);
    onLink({ state: "waiting", code, retryInMs });
    timer = env.setTimeout(connect, retryInMs);
  }

  connect();
  return {
    /** Send now, or return false: nothing is ever queued behind an earlier message. */
    send(data) {
      if (socket?.readyState !== 1 || socket.bufferedAmount > 0) return false;
      socket.send(data);
      return true;
    },
    /** Skip the rest of a pause, for example when the network is back. */
    retryNow() {
      if (socket || over) return;
      env.clearTimeout(timer);
      connect();
    },
    close() {
      over = true;
      env.clearTimeout(timer);
      socket?.close();
    },
  };
}
