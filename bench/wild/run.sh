#!/bin/sh
# Times the wild cluster bootstrap here and in pyfixest on the paper's panel, one after the other.
#     PYTHON=python3 bench/wild/run.sh      with pyfixest==0.60.0 and wildboottest==0.3.2
set -e
cd "$(dirname "$0")/../.."
go run ./bench/wild data/dual-pilot.csv
"${PYTHON:-python3}" bench/wild/programs.py data/dual-pilot.csv 3
