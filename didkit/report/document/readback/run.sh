#!/usr/bin/env bash
# Reports of the whole paper, in English and Chinese, read back by python-docx and openpyxl. Needs Python with venv; says
# so and does nothing where there is none. usage: run.sh [DIDNB]
set -euo pipefail
cd "$(dirname "$0")/../../../.."
didnb=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$didnb" ]; then didnb=$work/didnb; go build -o "$didnb" ./magics/didnb; fi
if ! python3 -m venv "$work/venv" >/dev/null 2>&1; then echo "skipped: no python3 with venv"; exit 0; fi
"$work/venv/bin/pip" install -q -r didkit/report/document/readback/requirements.txt
for language in en zh; do
  { cat data/paper.didnb; printf '%%lang %s\n%%report out=%s/r.docx\n%%report out=%s/r.xlsx\n' $language "$work" "$work"; } > "$work/paper.didnb"
  "$didnb" eval --json - < "$work/paper.didnb" > "$work/r.json"
  "$work/venv/bin/python" didkit/report/document/readback/readback.py "$work/r.json" "$work/r.docx" "$work/r.xlsx"
done
