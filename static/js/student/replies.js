// What the teacher replied to the class, on a student's page.
import { clockTime } from "../lib/format.js";
import { setText } from "../lib/show.js";

/** The card `root`; `show(replies)` with [{at, word}] in order. */
export function teacherReplies(root) {
  const [list, template] = [root.querySelector("ul"), root.querySelector("template")];
  const timeOf = (row) => row.querySelector("time");
  const wordOf = (row) => row.querySelector("[data-word]");
  const says = (row, { at, word }) =>
    row && timeOf(row).dateTime === at && wordOf(row).textContent === word;

  function item({ at, word }) {
    const made = template.content.firstElementChild.cloneNode(true);
    setText(timeOf(made), clockTime(at));
    timeOf(made).dateTime = at;
    setText(wordOf(made), word);
    return made;
  }

  return {
    /** Rows that are there stay: a live region speaks what is put into it, also what it has said before. */
    show(replies) {
      root.hidden = !replies.length;
      for (const row of [...list.children])
        if (!replies.some((reply) => says(row, reply))) row.remove();
      replies.forEach((reply, place) => {
        const there = list.children[place];
        if (!says(there, reply)) list.insertBefore(item(reply), there ?? null);
      });
      while (list.children.length > replies.length) list.lastElementChild.remove();
    },
  };
}
