#!/usr/bin/env bash
# Measure what docs/benchmarks.md and docs/operations.md tell, on a machine that does
# nothing else: bash docs/figures/measure.sh PHOTOS [FOLDER]. About 45 minutes.
#
# PHOTOS holds faces.json, faces/ and noface/ (see inference.tools.detection_report.py). What is
# measured goes to FOLDER as JSON, here by default. The hour's soak is the last command,
# and waits to be asked for: SOAK=1.
set -euo pipefail
photos=${1:?name the folder of photos}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "${2:-$here}" && cd "${2:-$here}" && pwd)
cd "$here/../.."
export TF_CPP_MIN_LOG_LEVEL=3

load() { # a name, then what `loadtest` takes
  name=$1
  shift
  echo "$(date +%T) load $(cut -d' ' -f1 /proc/loadavg)  loadtest $*"
  python manage.py loadtest "$@" --json >"$folder/$name.json"
}

twice() { # twice the students that a server can read a frame a second of
  python -c "import json, sys
print(round(2 * json.load(open('$folder/peak.json'))[sys.argv[1]]['analysed_per_s']))" "$1"
}

python manage.py bench_engine "$photos/faces" --size 320x240 --with original --json >"$folder/engine.json"
python -m inference.tools.detection_report "$photos" | tee "$folder/detector.txt"
load live --serve both --students 150 --seconds 60
load peak --serve both --students 300 --fps 4 --classes 3 --seconds 60
load sustained --serve both --students 320 --classes 4 --seconds 180
load twice_embedded --serve embedded --students "$(twice embedded)" --classes 4 --seconds 120
load twice_cluster --serve cluster --students "$(twice cluster)" --classes 4 --seconds 120
load obeying_embedded --serve embedded --students "$(twice embedded)" --classes 4 --seconds 120 --obey
load obeying_cluster --serve cluster --students "$(twice cluster)" --classes 4 --seconds 120 --obey
load stopped --serve both --students 100 --seconds 200 --stop-workers-after 40 --for 120
load profile --serve both --students 250 --seconds 60 --profile
load sizing --serve cluster --students 500 --fps 0.5 --classes 10 --seconds 90
python manage.py sizing "$folder/sizing.json" --students 100000 | tee "$folder/sizing.txt"
if [ -n "${SOAK:-}" ]; then
  load soak --serve cluster --students 60 --classes 2 --fps 0.5 --seconds 3600 --every 60
  python manage.py draw_load "$folder/soak.json" docs/pictures/soak.png
fi
