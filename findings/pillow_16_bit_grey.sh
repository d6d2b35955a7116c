#!/usr/bin/env bash
# Pillow turns a grey picture of 16 bits into one of 8 bits by cutting off, not by scaling:
# whatever is brighter than 255 of 65,535 becomes white. A colour picture of 16 bits is
# scaled. Run it; it ends with a status other than 0 where Pillow does otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6
"$folder/venv/bin/python" - "$folder/grey.png" <<'PYTHON'
import sys

import numpy as np
import PIL
from PIL import Image

levels = np.array([[0, 16384, 32768, 49152, 65535]] * 5, np.uint16)
Image.fromarray(levels).save(sys.argv[1])
grey = Image.open(sys.argv[1])
seen = np.asarray(grey.convert("L"))[0].tolist()
print(f"Pillow {PIL.__version__}, mode {grey.mode}: {levels[0].tolist()} became {seen}")
sys.exit(seen != [0, 255, 255, 255, 255])
PYTHON
