// What a student's tab tells the panel of the same browser, sealed with AES-GCM: a server in between cannot read it.
// All that is sealed is of one length, so that not even that tells anything.

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TEXT_CHARACTERS = 224; // as sessions_app/services/own_result.py expects it; seven scores need 180

/** Browsers have it on pages with HTTPS and on this machine alone. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

export const newKey = () => inBase64(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));

export const isKey = (text) => /^[\w-]{43}$/.test(text);

/** Seal what JSON can hold. */
export async function seal(key, told) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const text = new TextEncoder().encode(JSON.stringify(told).padEnd(TEXT_CHARACTERS));
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, await opened(key, "encrypt"), text);
  return inBase64(new Uint8Array([...nonce, ...new Uint8Array(locked)]));
}

/** What was sealed; null where another key did it, or somebody changed it. */
export async function unseal(key, sealed) {
  try {
    const all = ofBase64(sealed);
    const [nonce, locked] = [all.slice(0, NONCE_BYTES), all.slice(NONCE_BYTES)];
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, await opened(key, "decrypt"), locked);
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}

const opened = (key, use) => crypto.subtle.importKey("raw", ofBase64(key), "AES-GCM", false, [use]);

const inBase64 = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const ofBase64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
