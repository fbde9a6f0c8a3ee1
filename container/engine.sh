# Sourced by container/test and container/seats: finds a container engine and the images.
#
# engine COMMAND… is docker or podman. ready builds the images that `workshop` and `batch` name, unless DIDNB_IMAGE and
# DIDNB_BATCH name some that are built. What fails because of the machine (no engine, no base images, a registry that
# does not answer, a full disk, no time) is printed as skipped and ends with status 0; what fails because of the project ends
# with status 1. Where ../shared/tools/container-check stands beside the project, as on machines that reach no registry of
# images, it starts an engine and makes the base images; finish ends the engine if it was started here.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
check=$root/../shared/tools/container-check
cache=${CONTAINER_CACHE:-/var/tmp/container-check} # container-check's
program=
logs=$(mktemp -d)
engine() { "$program" "$@"; }

skip() { echo "skipped: the images; $*"; exit 0; }
said() { grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1; }

# alive PIDFILE NAME: the process of that file runs and is NAME.
alive() { [ -s "$1" ] && [ "$(cat "/proc/$(cat "$1")/comm" 2>/dev/null)" = "$2" ]; }
# A killed engine leaves files that name its processes, whose numbers may be others' by now: a new one would not start.
forget() {
  alive "$cache/pid" dockerd || rm -f "$cache/pid" 2>/dev/null || true
  alive "$cache/exec/containerd/containerd.pid" containerd || rm -f "$cache/exec/containerd/containerd.pid" 2>/dev/null || true
}

finish() {
  rm -rf "$logs"
  [ -n "${begun_here:-}" ] || return 0
  alive "$cache/pid" dockerd || return 0
  local pid
  pid=$(cat "$cache/pid")
  "$check" --stop >/dev/null 2>&1 || true
  for _ in $(seq 60); do [ -d "/proc/$pid" ] || return 0; sleep 0.5; done
  kill -9 "$pid" 2>/dev/null || true
  ! alive "$cache/exec/containerd/containerd.pid" containerd || kill -9 "$(cat "$cache/exec/containerd/containerd.pid")" 2>/dev/null || true
}

# left: how many seconds bases and builds together may still take.
allowed=${DIDNB_BUILD_SECONDS:-900}
left() { local s=$((allowed - SECONDS)); echo $((s > 1 ? s : 1)); }

answers() { command -v "$1" >/dev/null && timeout 30 "$1" version >/dev/null 2>&1 && timeout 30 "$1" ps >/dev/null 2>&1; }

# room GIGABYTES FOLDER: skips where the disk has less.
room() {
  local place=$2 free
  while [ ! -d "$place" ]; do place=$(dirname "$place"); done
  free=$(df -Pk "$place" | awk 'NR == 2 { print int($4 / 1000000) }')
  [ "$free" -ge "$1" ] || skip "$place has $free GB free, and building them needs $1"
}

# theirs LOG: what is said there is a network's, a registry's or a disk's failure, not the project's.
theirs() {
  grep -qiE 'dial tcp|lookup [^ ]+( on|:)|no such host|i/o timeout|TLS handshake|connection (refused|reset|timed out)|network is unreachable|Temporary failure (in name resolution|resolving)|Could not resolve|Unable to (connect|fetch)|Failed to fetch|Could not connect|Read timed out|ConnectionError|NewConnectionError|Max retries exceeded|(HTTP|status code|status:|Error|error:)[^0-9]{0,20}(403|407|429|50[0234])|(429|50[0234]) (Too Many|Internal|Bad|Service|Gateway)|toomanyrequests|no space left|cannot allocate memory|failed to (do request|resolve source metadata)|pull access denied|error pulling|debootstrap:|container-check: (cannot (make|install)|.*can be made here|the engine)' "$1"
}

# attempt WHAT COMMAND…: builds, twice where the first failure was not the project's.
attempt() {
  local what=$1 status try
  shift
  for try in 1 2; do
    status=0
    timeout "$(left)" "$@" >"$logs/build" 2>&1 </dev/null || status=$?
    [ "$status" != 0 ] || return 0
    [ "$status" != 124 ] || skip "$what was not done after $allowed s on this machine"
    tail -n 40 "$logs/build" | tee "$logs/end" # the engine repeats the failed step's words at the end
    timeout 30 "$program" ps >/dev/null 2>&1 || skip "the engine ended during $what: $(said "$logs/end")"
    theirs "$logs/end" || { echo "$what fails"; exit 1; }
  done
  skip "$what fails twice, which a network, a registry or the disk did: $(said "$logs/end")"
}

# bases: the base images alone, as the Dockerfile names them. That they can't be had is no fault of the project.
bases() {
  local image
  if [ -n "${made:-}" ]; then
    mkdir "$logs/bases"
    sed -n 's/^ARG [A-Z]*_IMAGE=\(.*\)/FROM \1/p' "$root/Dockerfile" >"$logs/bases/Dockerfile"
    timeout "$(left)" "$check" "$logs/bases" >"$logs/base" 2>&1 </dev/null || { tail -n 5 "$logs/base"; skip "the base images can't be made here: $(said "$logs/base")"; }
  else
    for image in $(sed -n 's/^ARG [A-Z]*_IMAGE=//p' "$root/Dockerfile"); do
      engine image inspect "$image" >/dev/null 2>&1 || timeout "$(left)" "$program" pull -q "$image" >"$logs/base" 2>&1 </dev/null || skip "$image can't be had here: $(said "$logs/base")"
    done
  fi
}

ready() {
  local p
  for p in ${DIDNB_ENGINE:-docker podman}; do
    if answers "$p"; then program=$(command -v "$p"); break; fi
  done
  if [ -z "$program" ] && [ -x "$check" ]; then
    [ "$(id -u)" = 0 ] || skip "starting a container engine here needs root"
    # 13 GB once everything is cached.
    [ -d "$cache/data/image" ] && room 5 "$cache" || room 15 "$cache"
    if ! DOCKER_HOST=unix://$cache/docker.sock timeout 30 /usr/bin/docker ps >/dev/null 2>&1; then begun_here=1; forget; fi
    timeout 300 "$check" --env >"$logs/env" 2>"$logs/engine" </dev/null || skip "no container engine can be started here: $(said "$logs/engine")"
    eval "$(cat "$logs/env")"
    program=/usr/bin/docker
    made=1
    answers "$program" || skip "the engine that was started does not answer"
  fi
  [ -n "$program" ] || skip "neither docker nor podman answers here"
  workshop=${DIDNB_IMAGE:-} batch=${DIDNB_BATCH:-}
  if [ -z "$workshop" ] || [ -z "$batch" ]; then
    bases
    if [ -n "${made:-}" ]; then
      attempt "building the images" "$check" "$root"
      cat "$logs/build"
      workshop=didnb:check-workshop batch=didnb:check-batch
    else
      export DOCKER_BUILDKIT=1
      workshop=didnb:test batch=didnb:test-batch
      attempt "building the workshop image" "$program" build -t "$workshop" --target workshop "$root"
      attempt "building the batch image" "$program" build -t "$batch" --target batch "$root"
    fi
  fi
  # Some machines build and can't run: no namespaces, no control groups.
  timeout 120 "$program" run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL --memory 256m "$batch" version >"$logs/run" 2>&1 </dev/null || {
    # The image may be at fault: its base then runs.
    local base
    base=$(sed -n 's/^ARG BASE_IMAGE=//p' "$root/Dockerfile")
    timeout 120 "$program" run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL --memory 256m "$base" true >"$logs/true" 2>&1 </dev/null &&
      { cat "$logs/run"; echo "the batch image does not run"; exit 1; }
    skip "no container runs here: $(said "$logs/true")"
  }
}
