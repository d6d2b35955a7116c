// Filters of a list hold as they are chosen, and stand in the address.
import { showLocalTimes } from "../lib/local_times.js";

const TYPING_MS = 350;

for (const form of document.querySelectorAll("form[data-filters]")) filterAtOnce(form);

function filterAtOnce(form) {
  let typing, asked;
  form.querySelector("[data-without-scripts]").hidden = true;

  async function apply() {
    clearTimeout(typing);
    asked?.abort();
    asked = new AbortController();
    const address = addressOf(form);
    try {
      await showResults(address, asked.signal);
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address); // the page says what is wrong
    }
  }

  form.addEventListener("change", apply);
  form.addEventListener("input", ({ target }) => {
    if (target.type !== "text") return;
    clearTimeout(typing);
    typing = setTimeout(apply, TYPING_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
}

/** The page with the filters that are set, from its first page of results on. */
function addressOf(form) {
  const set = [...new FormData(form)].filter(([, value]) => value);
  const query = String(new URLSearchParams(set));
  return query ? `${location.pathname}?${query}` : location.pathname;
}

/** Put the results of an address where those of before stand; fields keep what is typed. */
async function showResults(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.querySelector("[data-filters] .errorlist")) throw new Error("A filter is wrong.");
  for (const place of document.querySelectorAll("[data-results]")) {
    const found = page.querySelector(`[data-results="${place.dataset.results}"]`);
    showLocalTimes(found);
    place.replaceChildren(...found.childNodes);
  }
}
