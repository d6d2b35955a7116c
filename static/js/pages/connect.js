// A panel that nobody has connected yet: whether cookies reach it, and whether a tab has said who sits here.
import { onAwake } from "../lib/awake.js";
import { giveKey, ownKey } from "../lib/panel_key.js";
import { post } from "../lib/request.js";
import { showState } from "../lib/show.js";

const EVERY_MS = 2000;
const FOR_MS = 60 * 60_000; // as long as the server keeps what a tab said
const WORKS_FOR_MS = 9.5 * 60_000; // the button; a ticket lasts ten minutes

const root = document.querySelector("[data-connect]");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const began = Date.now();
let pressed = false;
let asking = false;

/** Without a cookie the server takes no form: then none reaches this frame. */
async function ask() {
  if (asking) return;
  asking = true;
  const answer = await post(root.dataset.arrivedUrl, {}, root.dataset.csrf).catch(() => null);
  const { arrived } = answer?.ok ? await answer.json().catch(() => ({})) : {};
  asking = false;
  if (arrived) return location.reload();
  if (answer?.status === 403) showState(root, "no_cookies");
  else askLater();
}

function askLater() {
  if (pressed && Date.now() - began < FOR_MS) setTimeout(ask, EVERY_MS);
}

if ("ofStudent" in root.dataset) giveKey(part("open"), ownKey());
part("open").addEventListener("click", () => {
  if (!pressed) setTimeout(ask, EVERY_MS);
  pressed = true;
  showState(root, "waits");
});
part("reload").addEventListener("click", () => location.reload());
setTimeout(() => pressed || showState(root, "stale"), WORKS_FOR_MS);

showState(root, "asks");
onAwake(() => pressed && ask());
ask();
