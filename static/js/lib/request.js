// Calls to our own server that change something.

/** POST a form. `token` is the CSRF token from the page, since the cookie is out of a script's reach. */
export function post(url, fields, token) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
  });
}
