// A student's small view: cards of the page, moved into a window that stays above the meeting, and back.
import { canFloat, float, sink } from "../lib/floating.js";
import { setText } from "../lib/show.js";

/**
 * Wire the button that opens the small view, and closes it again. `template` is its page, with a place for one sentence
 * and for `cards`, which are live where they are; `note` stands where they were.
 */
export function smallView(button, { template, cards, note }) {
  let state = null;
  let sentence = "";

  async function open() {
    if (sink()) return;
    const floating = await float();
    if (!floating) return;
    floating.document.body.append(template.content.cloneNode(true));
    state = floating.document.querySelector("[data-small-state]");
    const holds = floating.document.querySelector("[data-small-cards]");
    const places = cards.map((card) => {
      const place = document.createComment("");
      card.replaceWith(place);
      holds.append(card);
      return place;
    });
    say(sentence);
    note.hidden = false;
    floating.addEventListener("pagehide", () => {
      places.forEach((place, index) => place.replaceWith(cards[index]));
      note.hidden = true;
      state = null;
    });
  }

  function say(text) {
    sentence = text;
    setText(state, text);
  }

  button.hidden = !canFloat();
  button.addEventListener("click", open);
  return { say, close: () => canFloat() && sink() };
}
