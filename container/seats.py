"""Fills a machine with seats: python seats.py. It runs in a container whose memory limit is that of the machine tried.

Each seat is a hub's single-user server with a kernel that has run notebook 03 and stays; the hub is a few lines here that
know every token. Seats are added until the
next one may not fit; then all run the notebook again at the same moment. DIDNB_SEATS is the most that are started.
"""
import asyncio
import http.server
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, "/tmp/seats")
import jupyterhub  # noqa: E402
import notebooks as api  # noqa: E402: container/notebooks.py, which container/seats puts there

HUB = "http://127.0.0.1:8081/hub/api"
NOTEBOOK = "notebooks/03-baseline.ipynb"
SHARE = pathlib.Path("/opt/didnb/share")


def cgroup(v2, v1):
    for path in (f"/sys/fs/cgroup/{v2}", f"/sys/fs/cgroup/memory/{v1}"):
        if os.path.exists(path):
            return pathlib.Path(path).read_text()
    sys.exit("this container shows no memory of its own")


def used():
    """Memory in use in MiB, without file pages that the system may drop: what `docker stats` shows."""
    stat = dict(line.split() for line in cgroup("memory.stat", "memory.stat").splitlines())
    inactive = int(stat.get("total_inactive_file", stat["inactive_file"]))
    return (int(cgroup("memory.current", "memory.usage_in_bytes")) - inactive) / 2**20


def killed():
    text = cgroup("memory.events", "memory.oom_control")
    return int(dict(line.split() for line in text.splitlines())["oom_kill"])


class Hub(http.server.BaseHTTPRequestHandler):
    """What a single-user server asks of its hub: whether it is there, and whose a token is (the token is the name)."""

    def do_GET(self):
        name = self.headers.get("Authorization", "").rpartition(" ")[2]
        body = {"version": jupyterhub.__version__}
        if self.path.startswith("/hub/api/user"):
            body = {"kind": "user", "name": name, "admin": False, "groups": [], "roles": [], "scopes": [f"access:servers!user={name}"], "session_id": None}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-JupyterHub-Version", jupyterhub.__version__)
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Seat:
    def __init__(self, number):
        self.port = 9000 + number
        name, prefix = f"seat{number}", f"/user/seat{number}/"
        self.home = pathlib.Path(f"/home/didnb/seat{number}")
        work = self.home / "work"
        for folder in ("notebooks", "data"):
            shutil.copytree(SHARE / folder, work / folder)
        self.log = open(self.home / "log", "w")
        scopes = json.dumps([f"access:servers!user={name}"])
        self.process = subprocess.Popen(
            ["jupyterhub-singleuser", "--log-level=ERROR"],
            env=dict(os.environ, HOME=str(self.home), JUPYTERHUB_USER=name, JUPYTERHUB_API_TOKEN=name, JUPYTERHUB_API_URL=HUB,
                     JUPYTERHUB_ACTIVITY_URL=f"{HUB}/users/{name}/activity", JUPYTERHUB_BASE_URL="/", JUPYTERHUB_HOST="",
                     JUPYTERHUB_CLIENT_ID="jupyterhub-user-" + name, JUPYTERHUB_SERVICE_URL=f"http://127.0.0.1:{self.port}{prefix}",
                     JUPYTERHUB_SERVICE_PREFIX=prefix, JUPYTERHUB_OAUTH_CALLBACK_URL=prefix + "oauth_callback",
                     JUPYTERHUB_OAUTH_SCOPES=scopes, JUPYTERHUB_OAUTH_ACCESS_SCOPES=scopes, JUPYTERHUB_ROOT_DIR=str(work),
                     JUPYTERHUB_DEFAULT_URL="/lab"),
            cwd=work, stdout=self.log, stderr=self.log)
        self.server = api.Server(f"http://127.0.0.1:{self.port}{prefix}", name)
        self.kernel = None

    async def ready(self):
        for _ in range(600):
            try:
                await asyncio.to_thread(urllib.request.urlopen, self.server.url + "/api", timeout=5)
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"a seat's server ended; {(self.home / 'log').read_text()[-300:]}")
                await asyncio.sleep(0.2)
        raise RuntimeError("a seat's server does not answer")

    async def run(self):
        """Runs the notebook in the seat's kernel, started if it is not; returns the seconds of each cell."""
        if self.kernel is None:
            self.cells = [c for c in (await asyncio.to_thread(self.server.call, "GET", "contents/" + NOTEBOOK))["content"]["cells"] if c["cell_type"] == "code"]
            self.kernel = await (await asyncio.to_thread(api.Kernel, self.server, NOTEBOOK)).open()
        seconds = []
        for cell in self.cells:
            start = time.monotonic()
            outputs = await self.kernel.run("".join(cell["source"]))
            seconds.append(time.monotonic() - start)
            error = next((o for o in outputs if o["output_type"] == "error"), None)
            if error:
                raise RuntimeError(error["evalue"])
        return seconds


async def main():
    limit = int(cgroup("memory.max", "memory.limit_in_bytes")) / 2**20
    most = int(os.environ.get("DIDNB_SEATS", "500"))
    threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", 8081), Hub).serve_forever, daemon=True).start()
    empty, seats, slowest = used(), [], 0.0
    start = time.monotonic()
    while len(seats) < most:
        pair = [Seat(len(seats) + i) for i in range(min(2, most - len(seats)))]
        try:
            for s in pair:
                await s.ready()
                slowest = max(slowest, *await s.run())
        except Exception as e:  # the seat that did not fit
            print(f"seat {len(seats) + 1}: {e}")
            break
        if killed():
            print("the system ended a process for want of memory")
            break
        seats += pair
        each = (used() - empty) / len(seats)
        if len(seats) % 10 == 0:
            print(f"{len(seats)} seats, {used():.0f} MiB, {each:.0f} MiB each", flush=True)
        # Two more must fit, with what a running cell needs for a moment.
        if used() + 2 * each + 150 > limit:
            break
    print(f"filled in {time.monotonic() - start:.0f} s, one seat after another; slowest cell {slowest:.2f} s")
    at = used()
    times = await asyncio.gather(*(s.run() for s in seats), return_exceptions=True)
    failed = [t for t in times if isinstance(t, BaseException)]
    totals = [sum(t) for t in times if not isinstance(t, BaseException)]
    cells = [c for t in times if not isinstance(t, BaseException) for c in t]
    print(f"{len(seats)} seats in {limit:.0f} MiB, {(at - empty) / len(seats):.0f} MiB each, {at:.0f} MiB in use, {used():.0f} MiB after all ran at once")
    print(f"all at once: {len(totals)} notebooks, median {statistics.median(totals):.1f} s, longest {max(totals):.1f} s, slowest cell {max(cells):.1f} s")
    for f in failed[:3]:
        print(f"failed: {f!r}")
    if killed():
        print(f"{killed()} processes ended for want of memory")
    return 1 if failed or killed() else 0


sys.exit(asyncio.run(main()))
