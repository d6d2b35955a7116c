// Tells a student's panel what this page shows of the student's own camera, sealed, while the panel asks for it.
import { keptKey } from "../lib/panel_key.js";
import { post } from "../lib/request.js";
import { canSeal, seal } from "../lib/sealed.js";

const EVERY_MS = 6000; // also where none asks, to hear when one does
const TICK_MS = 1000; // slower in a page that is hidden; there, answers come as often as pictures

/**
 * `own()` is what is told, or null while nothing may be. The result looks whether it is time: call it whenever there may
 * be something to tell. It is as often as ever where there is nothing new, so that the server learns nothing by it.
 */
export function toPanel({ url, token, own }) {
  const key = canSeal() ? keptKey() : "";
  let isAsked = false;
  let due = 0; // as performance.now()
  let sending = false;

  async function look() {
    const told = own();
    if (sending || !told || performance.now() < due) return;
    sending = true;
    const fields = isAsked ? { sealed: await seal(key, { at: Date.now(), ...told }) } : {};
    const answer = await post(url, fields, token).catch(() => null);
    const { asked = false } = answer?.ok ? await answer.json().catch(() => ({})) : {};
    const isNew = asked && !isAsked;
    isAsked = asked;
    due = performance.now() + (isNew ? 0 : EVERY_MS);
    sending = false;
  }

  if (!key) return () => {};
  setInterval(look, TICK_MS);
  return look;
}
