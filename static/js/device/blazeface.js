// Find faces with BlazeFace: a quick look, a whole one where it is needed, closer ones where the network is unsure;
// the same as inference/detection/blazeface.py, for pictures of 4:3.
import { SAME_FACE, blazefaceNetwork, overlap } from "./blazeface_network.js";

const QUICK = [64, 96]; // rows, columns
const WHOLE = [96, 128];
const CLOSE = [80, 80];
const LARGE = 1 / 8; // of the picture's width; for a smaller face, the whole picture is asked
const CONFIRMED = 0.75; // what an unsure face must reach when looked at closely
const AROUND = 1.6; // sides of the box that a closer look takes in
const MAX_LOOKS = 3; // unsure faces that are worth the time, the largest first
// Scores between which one may doubt: below `seen` nothing was seen, from `sure` on a face is believed at first sight.
const AT_A_GLANCE = { seen: 0.4, sure: 0.75 };
const ON_THE_WHOLE = { seen: 0.5, sure: 0.85 };

/** `detect(image)` gives the faces in a picture, the largest first. `run`: BlazeFace's network, see network.js. */
export function blazeface(run) {
  const [quick, whole, close] = [QUICK, WHOLE, CLOSE].map((size) => blazefaceNetwork(run, ...size));

  function look(find, image, { seen: bound, sure }, smallest = 0) {
    const seen = find(image, { x: 0, y: 0, width: image.width, height: image.height }, bound);
    const believed = seen.filter(({ score }) => score >= sure);
    // Only the largest face counts, so smaller doubts are not worth the time.
    const least = Math.max(smallest, ...believed.map(sizeOf));
    const doubts = seen.filter((each) => each.score < sure && sizeOf(each) > least);
    const worthIt = doubts.sort((one, other) => sizeOf(other) - sizeOf(one)).slice(0, MAX_LOOKS);
    return [...believed, ...worthIt.map((each) => lookCloser(image, each)).filter(Boolean)];
  }

  /** Look again at the surroundings of a face; undefined if it was none. */
  const lookCloser = (image, unsure) =>
    close(image, surroundings(image, unsure), CONFIRMED).find(
      (again) => overlap(unsure.box, again.box) > SAME_FACE,
    );

  return function detect(image) {
    const large = image.width * LARGE; // a smaller face would not spare the whole picture
    const seen = look(quick, image, AT_A_GLANCE, large);
    if (seen.some((each) => sizeOf(each) >= large)) return largestFirst(seen);
    const again = look(whole, image, ON_THE_WHOLE);
    return largestFirst(again.length ? again : seen);
  };
}

const sizeOf = ({ box: [left, top, right, bottom] }) => Math.max(right - left, bottom - top);

const areaOf = ({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top);

const largestFirst = (faces) => [...faces].sort((one, other) => areaOf(other) - areaOf(one));

/** A face with what is around it, moved inwards at the picture's edge. */
export function surroundings(image, seen) {
  const [left, top, right, bottom] = seen.box;
  const side = Math.max(1, Math.round(sizeOf(seen) * AROUND));
  const [x, width] = within((left + right - side) / 2, side, image.width);
  const [y, height] = within((top + bottom - side) / 2, side, image.height);
  return { x, y, width, height };
}

/** Move and, where it must be, shorten a stretch so that it ends at a limit. */
function within(start, wanted, limit) {
  const length = Math.min(wanted, limit);
  return [Math.min(Math.max(0, Math.round(start)), limit - length), length];
}
