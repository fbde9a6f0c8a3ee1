#!/usr/bin/env bash
# Tries the kernel with real Jupyter: jupyter_kernel_test's suite, the repository's notebooks by nbclient, nbconvert (HTML
# and PDF) and papermill, and JupyterLab in a browser. What this machine lacks and can't be installed is skipped, and said so.
#
#   magics/kernel/jupyter/run.sh [DIR]     everything that is installed goes to DIR (default: a new temporary folder);
#                                          executed notebooks and screenshots to artefacts/jupyter
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
if [ $# -gt 0 ]; then mkdir -p "$1"; dir=$(cd "$1" && pwd); else dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; fi
artefacts=$root/artefacts/jupyter
mkdir -p "$artefacts"

# debian PACKAGE…: installs them where that is possible.
debian() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends "$@"; } >"$dir/apt.log" 2>&1
}

venv=$dir/venv
if [ ! -x "$venv/bin/jupyter-lab" ]; then
  python3 -c 'import ensurepip' 2>/dev/null || debian python3 python3-venv || true
  { python3 -m venv "$venv" && "$venv/bin/pip" install -q --prefer-binary -r "$here/requirements.txt"; } >"$dir/pip.log" 2>&1 || {
    tail -n 3 "$dir/pip.log"; echo "skipped: everything with Jupyter, which could not be installed"; exit 0; }
fi

mkdir -p "$dir/bin"
export GOBIN=$dir/bin PATH=$dir/bin:$venv/bin:$PATH DIDNB=$dir/bin/didnb DIDNB_GO=0
go build -o "$DIDNB" ./magics/didnb
if go install tool >"$dir/tools.log" 2>&1; then DIDNB_GO=1; else
  tail -n 3 "$dir/tools.log"
  # Versions that don't go together are a bug of go.mod's; no network is not.
  grep -qE 'dial |lookup |timeout|GOPROXY=off|connection ' "$dir/tools.log" || { echo "go install tool fails"; exit 1; }
  echo "skipped: Go cells; GoNB could not be fetched"
fi
"$DIDNB" install --prefix "$venv"
# Nothing of this machine's own Jupyter has a say.
export JUPYTER_PATH= JUPYTER_CONFIG_DIR=$dir/config JUPYTER_DATA_DIR=$dir/data JUPYTER_RUNTIME_DIR=$dir/runtime IPYTHONDIR=$dir/ipython PYTHONDONTWRITEBYTECODE=1
mkdir -p "$JUPYTER_RUNTIME_DIR"; chmod 700 "$JUPYTER_RUNTIME_DIR"

if [ "$DIDNB_GO" = 1 ]; then
  echo "-- Go cells with GoNB, and what can go wrong with them"
  go test -count=1 -v ./magics/kernel/gocell >"$dir/gocell.log" 2>&1 || { cat "$dir/gocell.log"; exit 1; }
  grep -B2 -e '^ *--- SKIP' "$dir/gocell.log" || true # a test left out is said so
  grep -c -e '^--- PASS' "$dir/gocell.log" | sed 's/$/ tests passed/'
fi
echo "-- jupyter_kernel_test"
timeout 600 "$venv/bin/python" "$here/kernel_suite.py"
echo "-- notebooks"
timeout 900 "$venv/bin/python" "$here/notebooks.py" "$root" "$artefacts"

echo "-- a browser"
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[ -n "$browser" ] || { debian chromium && browser=$(command -v chromium); } || true
[ -n "$browser" ] || { echo "skipped: PDF by nbconvert and JupyterLab in a browser; there is no Chromium"; exit 0; }

echo "-- PDF by nbconvert"
if { "$venv/bin/pip" install -q --prefer-binary -r "$here/requirements-pdf.txt"; } >"$dir/pip-pdf.log" 2>&1; then
  CHROMIUM=$browser timeout 300 "$venv/bin/python" "$here/pdf.py" "$artefacts" 02-parallel-trends castle
else
  tail -n 3 "$dir/pip-pdf.log"; echo "skipped: PDF by nbconvert; playwright could not be installed"
fi

echo "-- JupyterLab"
command -v npm >/dev/null || debian nodejs npm || { echo "skipped: JupyterLab in a browser; there is no npm"; exit 0; }
mkdir -p "$dir/browser"
cp "$here/package.json" "$here/package-lock.json" "$here"/*.mjs "$dir/browser/"
(cd "$dir/browser" && npm ci --no-audit --no-fund >"$dir/npm.log" 2>&1) || { tail -n 3 "$dir/npm.log"; echo "skipped: JupyterLab in a browser; playwright-core could not be installed"; exit 0; }
lab() { CHROMIUM=$browser timeout 600 node "$dir/browser/lab.mjs" "$root" "$artefacts"; }
lab || { echo "a second try: on a busy machine a browser may miss a moment, twice in a row it is a fault"; lab; }
