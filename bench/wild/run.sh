#!/bin/sh
# Times the wild cluster bootstrap here and in pyfixest on the paper's panel, one after the other, and prints times, ratios
# and peak memory as Markdown.
#
#   bench/wild/run.sh [DIR]            virtual environment and results go to DIR (default: a new temporary folder)
#   PYTHON=python3 bench/wild/run.sh   with a Python that has pyfixest==0.60.0 and wildboottest==0.3.2
set -eu
cd "$(dirname "$0")/../.."
dir=${1:-$(mktemp -d)}
mkdir -p "$dir"
go build -o "$dir/bench" ./bench/wild
python=${PYTHON:-$dir/venv/bin/python}
[ -n "${PYTHON:-}" ] || [ -x "$python" ] || { python3 -m venv "$dir/venv"; "$python" -m pip install -q pyfixest==0.60.0 wildboottest==0.3.2; }
for runs in 5 1 0; do # 1: peak memory of one estimation; 0: of none
    "$dir/bench" -runs $runs data/dual-pilot.csv > "$dir/didkit.$runs.json"
    "$python" bench/wild/programs.py data/dual-pilot.csv $runs > "$dir/pyfixest.$runs.json"
done
"$dir/bench" -table "$dir"
