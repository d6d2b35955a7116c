// On every page: times in the reader's own clock, questions before what can't be undone, and site/.
import "../site/copy.js";
import "../site/filters.js";
import "../site/first_field.js";
import "../site/folds.js";
import "../site/menus.js";
import "../site/pressed_twice.js";

import { drawn } from "../lib/drawn.js";
import { gettext } from "../lib/i18n.js";
import { showLocalTimes } from "../lib/local_times.js";
import { takeKey } from "../lib/panel_key.js";
import { tellTimeZone } from "../lib/time_zone.js";

takeKey(); // first of all, since another page may follow at once
showLocalTimes(document);

if (document.querySelector("[data-tells-time-zone]")) drawn().then(tellTimeZone);

const dialog = document.querySelector("#confirm");

/** Ask; resolves to true for yes. The words come from the form's data-confirm attributes. */
function ask({ confirm, confirmText = "", confirmYes = gettext("Yes"), confirmDanger }) {
  dialog.querySelector("h2").textContent = confirm;
  dialog.querySelector("[data-confirm-text]").textContent = confirmText;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = confirmYes;
  yes.classList.toggle("danger", confirmDanger !== undefined);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  if (!(await ask(form.dataset))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit();
});
