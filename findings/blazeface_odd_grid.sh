#!/usr/bin/env bash
# BlazeFace's short-range file takes any input size in LiteRT without a word. Where a side is
# no multiple of 16 its last halving meets an odd number: "same" padding then moves what the
# convolution sees, not what the pooling beside it sees, and the coarse grid, which tells large
# faces, is about 3 pixels off its anchors. Run it; it ends with a status other than 0 where
# it is otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet ai-edge-litert==2.3.0 numpy==2.4.6 \
  opencv-python-headless==4.14.0.94 scikit-image==0.26.0
npm install --silent --no-audit --no-fund @mediapipe/face_detection@0.4.1657300184
venv/bin/python - node_modules/@mediapipe/face_detection/face_detection_short_range.tflite 2>&1 \
  <<'PYTHON' | grep -v INFO
import sys

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from skimage import data

# A large face with the nose at half the width, in the shape of each input.
FACE = data.astronaut()[0:224, 112:336]


def nose_of_the_coarse_grid(rows, columns):
    """Where the best anchor of the coarse grid (16 px a cell) sees the nose: x, y, share."""
    network = Interpreter(model_path=sys.argv[1], num_threads=1)
    tensor = network.get_input_details()[0]["index"]
    network.resize_tensor_input(tensor, (1, rows, columns, 3))
    network.allocate_tensors()
    small = cv2.resize(FACE, (columns, rows), interpolation=cv2.INTER_AREA)
    network.set_tensor(tensor, (small / np.float32(127.5) - 1)[np.newaxis].astype(np.float32))
    network.invoke()
    raw, scores = (network.get_tensor(o["index"])[0] for o in network.get_output_details())
    fine = -(-rows // 8) * -(-columns // 8) * 2
    best = int(scores[fine:, 0].argmax())
    cell = best // 6
    wide = -(-columns // 16)
    anchor = np.array([cell % wide + 0.5, cell // wide + 0.5]) * 16
    return (raw[fine + best].reshape(8, 2)[4] + anchor) / (columns, rows)


truth = nose_of_the_coarse_grid(128, 128)
off = {}
for side in (64, 72, 80, 88, 96, 104, 112, 120):
    off[side] = (nose_of_the_coarse_grid(side, side) - truth) * side
    print(f"{side}x{side}: nose of the coarse grid off by x {off[side][0]:+.1f}, y {off[side][1]:+.1f} px")
even = np.mean([off[s] for s in off if s % 16 == 0])
odd = np.mean([off[s] for s in off if s % 16])
print(f"mean of multiples of 16: {even:+.1f} px; of the others: {odd:+.1f} px")
sys.exit(not (abs(even) < 1 and odd > 2.5))
PYTHON
