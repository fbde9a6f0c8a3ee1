#!/bin/sh
# Times the same regressions in pyfixest and here, one after the other on an otherwise idle machine, and prints ratios and
# peak memory as Markdown. Needs Go, Python 3.11 or later with venv, and GNU time for the memory.
#
#   bench/run.sh [DIR]        data, virtual environment and results go to DIR (default: a new temporary folder)
set -eu
cd "$(dirname "$0")/.."
dir=${1:-$(mktemp -d)}
mkdir -p "$dir"
go build -o "$dir/bench" ./bench
[ -f "$dir/designs.json" ] || "$dir/bench" data "$dir"
[ -x "$dir/venv/bin/python" ] || { python3 -m venv "$dir/venv"; "$dir/venv/bin/pip" install -q -r bench/requirements.txt; }
for id in $("$dir/bench" list); do # one program right after the other, so that both see the machine in the same state
    "$dir/bench" time "$dir" "$id" > "$dir/$id.didkit.json"
    "$dir/venv/bin/python" bench/pyfixest.py "$dir" "$id" > "$dir/$id.pyfixest.json"
done
"$dir/bench" table "$dir"

# Peak resident memory of a process that reads the data and estimates once, of one that only reads them, and of one that
# reads them and codes the effects, as a panel holds them.
peak() { /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1; }
[ -x /usr/bin/time ] || { echo "no /usr/bin/time: memory is not measured" >&2; exit 0; }
echo
echo "| peak memory | columns read | with codes | with the estimation | above the columns | above columns and codes |"
echo "|---|---:|---:|---:|---:|---:|"
for id in balanced_iid balanced_cluster gaps_iid gaps_cluster third_cluster simple_iid difficult_iid; do
    read_only=$(peak "$dir/bench" time "$dir" $id 0)
    coded=$(peak "$dir/bench" coded "$dir" $id)
    estimated=$(peak "$dir/bench" time "$dir" $id 1)
    echo "$id $read_only $coded $estimated" | awk '{ printf "| %s, here | %.0f MB | %.0f MB | %.0f MB | %+.0f %% | %+.0f %% |\n", $1, $2/1024, $3/1024, $4/1024, 100*($4/$2-1), 100*($4/$3-1) }'
done
for id in balanced_iid balanced_cluster; do
    read_only=$(peak "$dir/venv/bin/python" bench/pyfixest.py "$dir" $id 0)
    estimated=$(peak "$dir/venv/bin/python" bench/pyfixest.py "$dir" $id 1)
    echo "$id $read_only $estimated" | awk '{ printf "| %s, pyfixest (its interpreter and libraries among the columns) | %.0f MB | – | %.0f MB | %+.0f %% | – |\n", $1, $2/1024, $3/1024, 100*($3/$2-1) }'
done
