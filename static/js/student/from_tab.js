// A student's own last result in the panel, as the tab of the same browser told it, sealed.
import { showState } from "../lib/show.js";
import { unseal } from "../lib/sealed.js";
import { showOwnResult } from "./own_result.js";

const LASTS_MS = 20_000; // both clocks are this device's
// What the tab says of its camera, as the panel's states; all others are off.
const CAMERA = { on: "read", silent: "silent", black: "black", frozen: "frozen" };

/**
 * The card `root`. `isOpen()` says whether its reader wants it; `show(sealed)` shows what was told, or that nothing came,
 * and resolves to the camera's state, null where that is not known.
 */
export function fromTab(root, key) {
  const shown = root.querySelector("[data-states]");
  let heard = Date.now(); // a tab that has just opened has not told anything yet

  async function show(sealed) {
    const told = sealed ? await unseal(key, sealed) : null;
    const isNew = told && Math.abs(Date.now() - told.at) < LASTS_MS;
    if (isNew) heard = Date.now();
    const isSilent = Date.now() - heard > LASTS_MS;
    const { camera = null, scores = null, face = null } = isNew ? told : {};
    showOwnResult(root, scores);
    showState(shown, isSilent ? "elsewhere" : face === false ? "no_face" : "nothing");
    return camera && (CAMERA[camera] ?? "not_read");
  }

  return { show, isOpen: () => root.querySelector("details").open };
}
