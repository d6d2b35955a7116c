// The page for a projector: about how many have joined; full screen on demand; Escape closes it.
import { dashboardIsFinal } from "../lib/close_codes.js";
import { joinedWord } from "../lib/format.js";
import { openLiveSocket, socketUrl } from "../lib/live_socket.js";
import { onAwake } from "../lib/awake.js";
import { setText } from "../lib/show.js";

const root = document.querySelector("[data-projector]");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const close = () => location.assign(part("close").href);

function showCount({ joined }) {
  part("count").hidden = joined == null; // after the end nothing is told
  setText(part("joined"), joinedWord(joined));
}

if (root.dataset.socketPath) {
  const socket = openLiveSocket(socketUrl(root.dataset.socketPath), {
    isFinal: dashboardIsFinal,
    onLink() {},
    onMessage: showCount,
  });
  onAwake(() => socket.wake());
}

part("full").hidden = !document.fullscreenEnabled;
part("full").addEventListener("click", () => document.documentElement.requestFullscreen());

// In full screen a browser keeps Escape for itself, and only tells that it is over.
document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
document.addEventListener("fullscreenchange", () => {
  part("full").hidden = document.fullscreenElement !== null;
  if (!document.fullscreenElement) close();
});
