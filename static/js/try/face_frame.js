// A frame around the face in the preview, with a dot on each landmark.
import { setText } from "../lib/show.js";

const NO_ROOM_ABOVE = 12; // percent of the preview

/** Draw `place` (see try_state.js) inside `root`, or nothing where it is null; `caption` goes on top, or below. */
export function showFace(root, place, caption) {
  root.hidden = !place;
  if (!place) return;
  const frame = root.querySelector("[data-face]");
  stand(frame, place);
  frame.style.inlineSize = `${place.width}%`;
  frame.style.blockSize = `${place.height}%`;
  frame.toggleAttribute("data-at-top", place.top < NO_ROOM_ABOVE);
  setText(root.querySelector("[data-caption]"), caption);
  const dots = dotsOf(root, place.points.length);
  place.points.forEach((point, i) => stand(dots[i], point));
}

function stand(element, { left, top }) {
  element.style.insetInlineStart = `${left}%`;
  element.style.insetBlockStart = `${top}%`;
}

/** As many dots as this detector has landmarks. */
function dotsOf(root, count) {
  const holder = root.querySelector("[data-dots]");
  while (holder.childElementCount > count) holder.lastElementChild.remove();
  while (holder.childElementCount < count) holder.append(document.createElement("span"));
  return holder.children;
}
