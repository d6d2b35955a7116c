// What the class is at: the topic that runs, and the tap or the T that begins the next one.
import { clockTime } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { onPress } from "../lib/keys.js";
import { sendJson } from "../lib/request.js";
import { setText } from "../lib/show.js";
import { withTopic, without } from "../lib/topics.js";

const FAILED = gettext("The server did not answer. Nothing has changed; try again.");
const NONE_YET = gettext("No topic yet");
const NEW = gettext("New topic");
const NEXT = gettext("Next: %(name)s");
const SINCE = gettext("since %(time)s");

/** The bar in `root`, which says where topics live; `onChange({topics, agenda})` after each change made here. */
export function topicBar(root, onChange) {
  const [button, form, problem] = ["[data-next]", "form", "[role=alert]"].map((part) =>
    root.querySelector(part),
  );
  const rename = root.querySelector("[data-rename]");
  let known = { topics: [], agenda: [] };
  let asking = false; // a second press would begin the topic after the next

  function show({ topics, agenda }) {
    known = { topics, agenda };
    const now = topics.at(-1);
    setText(root.querySelector("[data-now]"), now?.word ?? NONE_YET);
    setText(
      root.querySelector("[data-since]"),
      now ? fill(SINCE, { time: clockTime(now.at) }) : "",
    );
    if (!button) return;
    rename.hidden = !now;
    setText(
      root.querySelector("[data-next-words]"),
      agenda.length ? fill(NEXT, { name: agenda[0] }) : NEW,
    );
  }

  function change(newer) {
    show(newer);
    onChange(newer);
  }

  /** Ask the server for a change; null where it refused, or gave no answer. */
  async function ask(method, id, body) {
    if (asking) return null;
    asking = true;
    const url = root.dataset.topicsUrl + (id ? `${id}/` : "");
    const answer = await sendJson(url, { method, body }).catch(() => null);
    const told = answer && answer.status !== 204 ? await answer.json().catch(() => null) : null;
    asking = false;
    setText(problem, answer?.ok ? "" : (told?.errors?.[0]?.detail ?? told?.detail ?? FAILED));
    problem.hidden = Boolean(answer?.ok);
    return answer?.ok ? (told ?? {}) : null;
  }

  async function next() {
    const word = known.agenda[0];
    const begun = await ask("POST", "", word ? { word } : {});
    if (!begun) return;
    change({
      topics: withTopic(known.topics, begun),
      agenda: without(known.agenda, begun.word),
    });
    if (!word) open();
  }

  function open() {
    form.elements.word.value = known.topics.at(-1).word;
    form.hidden = false;
    form.elements.word.select();
  }

  function close() {
    form.hidden = true;
  }

  if (!button) return { show }; // a co-teacher who may only see
  onPress(button, "t", next);
  rename.addEventListener("click", open);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const now = known.topics.at(-1);
    const named = await ask("PATCH", now.id, { word: form.elements.word.value.trim() });
    if (!named) return;
    close();
    change({ ...known, topics: withTopic(known.topics, named) });
  });
  form.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  form.querySelector("[data-close]").addEventListener("click", close);
  form.querySelector("[data-delete]").addEventListener("click", async () => {
    const now = known.topics.at(-1);
    if (!(await ask("DELETE", now.id))) return;
    close();
    change({ ...known, topics: known.topics.slice(0, -1) });
  });
  return { show };
}
