# Sourced by container/test, container/seats and container/memory: finds a container engine and the images.
#
# engine COMMAND… is docker or podman. ready SKIP builds the images `workshop` and `batch` name, unless DIDNB_IMAGE and
# DIDNB_BATCH name some that are built, and where no engine answers prints the reason and leaves with status SKIP.
# Where ../shared/tools/container-check stands beside the project, as on machines that reach no registry of images, it
# starts an engine and makes the base images; finish ends the engine if it was started here.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
check=$root/../shared/tools/container-check
program=
engine() { "$program" "$@"; }

finish() { [ -z "${begun_here:-}" ] || "$check" --stop >/dev/null || true; }
answers() { command -v "$1" >/dev/null && "$1" version >/dev/null 2>&1 && "$1" ps >/dev/null 2>&1; }

ready() {
  local p
  for p in ${DIDNB_ENGINE:-docker podman}; do
    if answers "$p"; then program=$(command -v "$p"); break; fi
  done
  if [ -z "$program" ] && [ -x "$check" ]; then
    [ "$(id -u)" = 0 ] || { echo "skipped: the images; starting a container engine here needs root"; exit "$1"; }
    local settings
    DOCKER_HOST=unix://${CONTAINER_CACHE:-/var/tmp/container-check}/docker.sock /usr/bin/docker ps >/dev/null 2>&1 || begun_here=1
    settings=$("$check" --env 2>/tmp/didnb-engine.log) || { echo "skipped: the images; no container engine can be started here: $(tail -n 1 /tmp/didnb-engine.log)"; exit "$1"; }
    eval "$settings"
    program=/usr/bin/docker
    made=1
  fi
  [ -n "$program" ] || { echo "skipped: the images; neither docker nor podman answers here"; exit "$1"; }
  workshop=${DIDNB_IMAGE:-} batch=${DIDNB_BATCH:-}
  [ -z "$workshop" ] || [ -z "$batch" ] || return 0
  if [ -n "${made:-}" ]; then
    "$check" "$root"
    workshop=didnb:check-workshop batch=didnb:check-batch
  else
    export DOCKER_BUILDKIT=1
    workshop=didnb:test batch=didnb:test-batch
    engine build -q -t "$workshop" "$root" >/dev/null
    engine build -q -t "$batch" --target batch "$root" >/dev/null
  fi
}
