// The socket of a class or of the demo: held by the capture Worker, or where that does not run, by the page.
import { studentIsFinal } from "./close_codes.js";
import { openLiveSocket } from "./live_socket.js";

/**
 * `obey(message)` does what a page asks of the connection: {type: "connect", url, once}, "disconnect", "retry", "wake".
 * `once`: no second try by itself. The three handlers hear what comes back.
 */
export function sessionLink({ onLink, onNews, onAnswer }) {
  let socket = null;

  function connect({ url, once }) {
    socket = openLiveSocket(url, {
      isFinal: once ? () => true : studentIsFinal,
      onLink,
      onMessage: (message) => (message.type === "session" ? onNews : onAnswer)(message),
    });
  }

  return {
    obey(message) {
      if (message.type === "connect") connect(message);
      else if (message.type === "disconnect") socket?.close();
      else if (message.type === "retry") socket?.retryNow();
      else if (message.type === "wake") socket?.wake();
    },
    send: (data) => socket.send(data),
    giveUp: () => socket.giveUp(),
  };
}
