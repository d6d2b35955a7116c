// The engine on the student's own device: pixels in, a reading out, as inference/engine.py reads a frame.
import { cut } from "./alignment.js";
import { blazeface } from "./blazeface.js";
import { classifier } from "./classification.js";
import { meanGrey } from "./pixels.js";

/**
 * `read(image)` tells what is seen in a picture of 4:3 ({data, width, height}, four bytes a pixel), of its largest face:
 * {state: "ok" | "no_face", scores: {label: 0..1} | null, faces, luma, box: [left, top, right, bottom] | null,
 * landmarks: [[x, y], ...]}.
 * detector, network: functions as of network.js; about: {size, temperature, labels}.
 */
export function engine({ detector, network, about }) {
  const detect = blazeface(detector);
  const classify = classifier(network, about);

  return function read(image) {
    const faces = detect(image);
    if (!faces.length) return { state: "no_face", scores: null, faces: 0, luma: null, box: null, landmarks: [] };
    const levels = cut(image, faces[0].marks, about.size);
    const scores = classify(levels);
    return {
      state: "ok",
      scores: Object.fromEntries(about.labels.map((label, i) => [label, scores[i]])),
      faces: faces.length,
      luma: meanGrey(levels),
      box: faces[0].box,
      landmarks: faces[0].marks,
    };
  };
}
