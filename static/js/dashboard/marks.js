// The moments that the teacher marks: made with one tap or M, named if the teacher likes, listed and drawn.
import { clockTime } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { sendJson } from "../lib/request.js";
import { setText } from "../lib/show.js";

const LABELS = [
  ["name", gettext("Name the mark of %(time)s")],
  ["delete", gettext("Delete the mark of %(time)s")],
];
const FAILED = gettext("The server did not answer. Nothing has changed; try again.");

/**
 * The list of marks in `root`, which says where they live in data-marks-url.
 * `onChange(marks)` after every change that was made here.
 */
export function markList(root, onChange) {
  const [list, form, problem] = ["ul", "form", "[data-part=mark-problem]"].map((part) =>
    root.querySelector(part),
  );
  const template = root.querySelector("template");
  const ask = asker(root.dataset.marksUrl, problem);
  const field = form.elements.word;
  let marks = [];
  let named = null; // the id of the mark that is being named

  function show(newer) {
    marks = inOrder(newer);
    if (!marks.some(({ id }) => id === named)) close();
    list.hidden = !marks.length;
    list.replaceChildren(...marks.map((mark) => item(template, mark, LABELS)));
  }

  function change(newer) {
    show(newer);
    onChange(marks);
  }

  async function add() {
    const made = await ask("POST", "", {});
    if (!made) return;
    change([...marks, made]);
    open(made);
  }

  function open({ id, at, word }) {
    named = id;
    field.value = word;
    setText(
      form.querySelector("[data-moment]"),
      fill(gettext("Marked at %(time)s."), { time: clockTime(at) }),
    );
    form.hidden = false;
    field.focus();
  }

  function close() {
    named = null;
    form.hidden = true;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const changed = await ask("PATCH", named, { word: field.value.trim() });
    if (!changed) return;
    const others = marks.filter(({ id }) => id !== changed.id);
    close();
    change([...others, changed]);
  });
  form.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  form.querySelector("[data-close]").addEventListener("click", close);
  list.addEventListener("click", async ({ target }) => {
    const id = target.closest("li")?.dataset.mark;
    if (target.closest("[data-name]")) open(marks.find((mark) => mark.id === id));
    if (target.closest("[data-delete]") && (await ask("DELETE", id)))
      change(marks.filter((mark) => mark.id !== id));
  });
  return { add, show };
}

/** What marks a minute has, in words; blank without one. */
export const marksIn = (marks, { starts_at: startsAt }, windowS) =>
  marks
    .filter(({ at }) => {
      const since = Date.parse(at) - Date.parse(startsAt);
      return since >= 0 && since < windowS * 1000;
    })
    .map(({ at, word }) => [clockTime(at), word].filter(Boolean).join(" "))
    .join(", ");

export const inOrder = (marks) => marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));

/** Ask the server at `root` for a change; what is told, or null where it refused, which `problem` says, or gave no answer. */
export function asker(root, problem) {
  return async (method, id, body) => {
    const url = root + (id ? `${id}/` : "");
    const answer = await sendJson(url, { method, body }).catch(() => null);
    const told = answer && answer.status !== 204 ? await answer.json().catch(() => null) : null;
    setText(problem, answer?.ok ? "" : (told?.errors?.[0]?.detail ?? told?.detail ?? FAILED));
    problem.hidden = Boolean(answer?.ok);
    return answer?.ok ? (told ?? {}) : null;
  };
}

/** A row of a list; `labels` are pairs of a button's data-NAME and what it is called. */
export function item(template, { id, at, word }, labels) {
  const made = template.content.firstElementChild.cloneNode(true);
  const [time, text] = [clockTime(at), word || gettext("no word")];
  made.dataset.mark = id;
  setText(made.querySelector("time"), time);
  made.querySelector("time").dateTime = at;
  setText(made.querySelector("[data-word]"), text);
  made.querySelector("[data-word]").classList.toggle("soft", !word);
  for (const [name, label] of labels)
    made.querySelector(`[data-${name}]`)?.setAttribute("aria-label", fill(label, { time }));
  return made;
}
