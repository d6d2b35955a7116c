// Have the browser make or use a passkey, and send what it answers with the form.

const form = document.querySelector("form[data-passkey]");
const { passkey: way, question } = form.dataset;
const readOptions =
  globalThis.PublicKeyCredential?.[
    way === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"
  ];
const failed = form.querySelector("[data-passkey-failed]");

if (!readOptions) {
  form.querySelector("[data-passkey-none]").hidden = false;
  form.querySelector("button").hidden = true;
}

let isAsking = false;

form.addEventListener("submit", async (event) => {
  if (form.elements.answer.value || !readOptions) return;
  event.preventDefault();
  if (isAsking) return;
  isAsking = true;
  failed.hidden = true;
  try {
    const publicKey = readOptions.call(PublicKeyCredential, JSON.parse(question));
    const credential = await navigator.credentials[way]({ publicKey });
    form.elements.answer.value = JSON.stringify(credential);
    form.requestSubmit();
  } catch {
    failed.hidden = false; // refused, away, or none that this page knows
  }
  isAsking = false;
});
