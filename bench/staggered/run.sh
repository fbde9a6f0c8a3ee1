#!/bin/sh
# Times the estimators of staggered adoption here and in other programs on the same data, one process after the other, and
# prints times, ratios and peak memory as Markdown. Needs Go and Python 3.11 or later with venv.
#
#   bench/staggered/run.sh [DIR]     data, virtual environment and results go to DIR (default: a new temporary folder)
#   ONLY='cs_.*' …                   these designs anew, the others as they were
#   MPDTA=mpdta.csv …                the did package's data instead of simulated ones of the same shape
#   LIMIT=600 MEMORY=10000000 …      seconds, and kB of address space, with which a program is given up
set -eu
cd "$(dirname "$0")/../.."
dir=${1:-$(mktemp -d)}
limit=${LIMIT:-600}
memory=${MEMORY:-10000000}
mkdir -p "$dir"
[ -n "${ONLY:-}" ] || rm -f "$dir"/*.json
go build -o "$dir/bench" ./bench/staggered
"$dir/bench" data "$dir" ${MPDTA:+"$MPDTA"}
[ -x "$dir/venv-synthdid/bin/python" ] || { python3 -m venv "$dir/venv-synthdid"; "$dir/venv-synthdid/bin/pip" install -q synthdid==0.10.1; } # needs a pandas of its own
[ -x "$dir/venv/bin/python" ] || { python3 -m venv "$dir/venv"; "$dir/venv/bin/pip" install -q -r bench/staggered/requirements.txt; }
for design in $("$dir/bench" list | grep -E "^(${ONLY:-.*})$"); do
    "$dir/bench" time "$dir" "$design" 5 > "$dir/$design.didkit.json"
    "$dir/bench" time "$dir" "$design" 1 > "$dir/$design.didkit.memory.json" # peak memory of one estimation
    "$dir/bench" time "$dir" "$design" 0 > "$dir/$design.didkit.data.json"   # and of none
    for program in $("$dir/venv/bin/python" bench/staggered/programs.py "$dir" "$design" list); do
        echo "$design $program" >&2
        python=$dir/venv/bin/python
        [ "$program" != synthdid ] || python=$dir/venv-synthdid/bin/python
        (ulimit -v "$memory" && exec timeout "$limit" "$python" bench/staggered/programs.py "$dir" "$design" "$program" 5) > "$dir/$design.$program.json" 2>> "$dir/errors.log" ||
            echo "{\"design\": \"$design\", \"program\": \"$program\", \"note\": \"given up after $limit s\"}" > "$dir/$design.$program.json"
        "$python" bench/staggered/programs.py "$dir" "$design" "$program" 0 > "$dir/$design.$program.data.json" 2>> "$dir/errors.log"
    done
done
"$dir/bench" table "$dir"
