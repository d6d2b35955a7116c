// What the teacher replies to the class: one line about this moment, which its students read.
import { gettext } from "../lib/i18n.js";
import { asker, inOrder, item } from "./marks.js";

const LABELS = [
  ["name", gettext("Change the reply of %(time)s")],
  ["delete", gettext("Delete the reply of %(time)s")],
];

/**
 * The list of replies in `root`, which says where they live in data-marks-url; `write()` opens the form for one.
 * `onChange(replies)` after every change that was made here.
 */
export function replyList(root, onChange = () => {}) {
  const [list, form, problem] = ["ul", "form", "[data-part=reply-problem]"].map((part) =>
    root.querySelector(part),
  );
  const template = root.querySelector("template");
  const ask = asker(root.dataset.marksUrl, problem);
  const field = form.elements.word;
  let replies = [];
  let changed = null; // the id of the reply that is being changed; null of a new one

  function show(newer) {
    replies = inOrder(newer);
    list.hidden = !replies.length;
    list.replaceChildren(...replies.map((reply) => item(template, reply, LABELS)));
  }

  function change(newer) {
    show(newer);
    onChange(replies);
  }

  function open({ id, word }) {
    changed = id;
    field.value = word;
    form.hidden = false;
    field.focus();
  }

  const close = () => (form.hidden = true);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { word: field.value.trim() };
    const told = await (changed ? ask("PATCH", changed, body) : ask("POST", "", body));
    if (!told) return; // what was typed stays in the form
    close();
    change([...replies.filter(({ id }) => id !== told.id), told]);
  });
  form.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  form.querySelector("[data-close]").addEventListener("click", close);
  list.addEventListener("click", async ({ target }) => {
    const id = target.closest("li")?.dataset.mark;
    if (target.closest("[data-name]")) open(replies.find((reply) => reply.id === id));
    if (target.closest("[data-delete]") && (await ask("DELETE", id)))
      change(replies.filter((reply) => reply.id !== id));
  });
  return { show, write: () => open({ id: null, word: "" }) };
}
