// A WebSocket that comes back by itself, also where a line falls silent without closing.
// Used by pages and by the capture Worker.
import { pauseBefore } from "./backoff.js";

/** The server says something at least every 10 s (docs/protocol.md): two beats missed, and a bit. */
export const SILENT_AFTER_MS = 22_000;
const CHECKED_EVERY_MS = 2000;
const LOST = 1006; // what browsers report for a connection that went without a word

/** The address of a socket path on the host that served this page. */
export function socketUrl(path, location = globalThis.location) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/**
 * Keep a socket open until `close` is called or the server closes it for good.
 *
 * `onMessage(object)` gets parsed text messages; `onLink({state, code, retryInMs})` every change,
 * with state "connecting", "open", "waiting" or "closed". `isFinal(code, talked, before)` says which close codes end it;
 * `talked` tells whether the server had sent anything over that connection, `before` is the code of the one before it.
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
  let heardAt = 0; // by the clock on the wall: it goes on while a computer sleeps
  let lastCode = null;
  let over = false;

  function connect() {
    onLink({ state: "connecting", code: null, retryInMs: null });
    const opened = new env.WebSocket(url);
    socket = opened;
    talked = false;
    heardAt = env.Date.now();
    opened.binaryType = "arraybuffer";
    opened.onopen = () => opened === socket && onLink({ state: "open", code: null, retryInMs: null });
    opened.onmessage = ({ data }) => opened === socket && heard(JSON.parse(data));
    opened.onclose = ({ code }) => closed(opened, code);
  }

  function heard(message) {
    talked = true;
    attempt = 0; // only a server that talks counts as back
    heardAt = env.Date.now();
    if (message.type !== "beat") onMessage(message);
  }

  function closed(which, code) {
    if (which !== socket || over) return;
    socket = null;
    const before = lastCode;
    lastCode = code;
    if (isFinal(code, talked, before)) {
      stop();
      onLink({ state: "closed", code, retryInMs: null });
      return;
    }
    const retryInMs = pauseBefore(attempt++, env.random ?? Math.random);
    onLink({ state: "waiting", code, retryInMs });
    timer = env.setTimeout(connect, retryInMs);
  }

  /** Let go of a connection without waiting for the other end, which may never answer. */
  function giveUp() {
    const silent = socket;
    closed(silent, LOST);
    silent.close();
  }

  function check() {
    if (socket && env.Date.now() - heardAt > SILENT_AFTER_MS) giveUp();
  }

  function retryNow() {
    if (socket || over) return;
    env.clearTimeout(timer);
    connect();
  }

  function stop() {
    over = true;
    env.clearTimeout(timer);
    env.clearInterval(checks);
  }

  const checks = env.setInterval(check, CHECKED_EVERY_MS);
  connect();
  return {
    /** Send now, or return false: nothing is ever queued behind an earlier message. */
    send(data) {
      if (socket?.readyState !== 1 || socket.bufferedAmount > 0) return false;
      socket.send(data);
      return true;
    },
    /** Skip the rest of a pause, for example when the network is back. */
    retryNow,
    /** The page is looked at again: find out at once whether the line still stands. */
    wake() {
      check();
      retryNow();
    },
    /** The server no longer answers what it is sent: begin again. */
    giveUp() {
      if (socket) giveUp();
    },
    close() {
      stop();
      socket?.close();
    },
  };
}
