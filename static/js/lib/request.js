// Calls to our own server that change something.

/** A line that has fallen silent must not leave a page waiting for good. */
export const ANSWER_WITHIN_MS = 15_000;

/** Send JSON to the API. The CSRF token is that of any form on the page. */
export function sendJson(url, { method, body }) {
  return fetch(url, {
    method,
    headers: {
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      "Content-Type": "application/json",
      Accept: "application/json",
    },
    body: body && JSON.stringify(body),
    credentials: "same-origin",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
}

/** POST a form. `token` is the CSRF token from the page, since the cookie is out of a script's reach. */
export function post(url, fields, token) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
}
