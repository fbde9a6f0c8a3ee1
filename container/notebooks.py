"""Executes notebooks through a Jupyter server's own API, as JupyterLab does: sessions by HTTP, cells by WebSocket.

    python notebooks.py [--url URL] [--token TOKEN] [--keep] [--repeat N] [--cell CODE] NOTEBOOK…

Notebooks are the server's paths (notebooks/03-baseline.ipynb); a pattern with * is looked up by the API. It runs where
tornado is, so inside the image: docker exec -i NAME python - … <container/notebooks.py. Each notebook prints a line;
a cell that fails, and is not tagged raises-exception, prints its error and makes the exit status 1.
"""
import argparse
import asyncio
import fnmatch
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


class Server:
    """A Jupyter server and the token that opens it."""

    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + "/api/" + urllib.parse.quote(path), method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def find(self, pattern):
        """The paths that match a pattern, folder by folder."""
        if "*" not in pattern:
            return [pattern]
        folder, _, name = pattern.rpartition("/")
        found = []
        for f in self.find(folder) if folder else [""]:
            try:
                entry = self.call("GET", "contents/" + f)
            except urllib.error.HTTPError as e:
                if e.code == 404:
                    continue
                raise
            if entry["type"] == "directory":
                found += [e["path"] for e in entry["content"] if fnmatch.fnmatch(e["name"], name)]
        return sorted(found)


class Kernel:
    """A session's kernel and the channel to it."""

    def __init__(self, server, path):
        self.server = server
        self.session = server.call("POST", "sessions", {
            "path": path, "name": path, "type": "notebook", "kernel": {"name": "didnb"}})
        self.socket = None

    async def open(self):
        url = f"{self.server.url.replace('http', 'ws', 1)}/api/kernels/{self.session['kernel']['id']}/channels?session_id={uuid.uuid4().hex}"
        self.socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {self.server.token}"}),
                                              max_message_size=1 << 28)
        return self

    async def run(self, code):
        """The outputs of a cell; the last one is its error, if it fails."""
        sent = uuid.uuid4().hex
        await self.socket.write_message(json.dumps({
            "header": {"msg_id": sent, "msg_type": "execute_request", "username": "", "session": sent, "version": "5.3"},
            "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
            "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}}))
        outputs, replied, idle = [], False, False
        while not (replied and idle):
            text = await asyncio.wait_for(self.socket.read_message(), timeout=600)
            if text is None:
                raise RuntimeError("the kernel's channel was closed")
            m = json.loads(text)
            if m.get("parent_header", {}).get("msg_id") != sent:
                continue
            kind = m["header"]["msg_type"]
            if kind == "execute_reply":
                replied = True
            elif kind == "status":
                idle = idle or m["content"]["execution_state"] == "idle"
            elif kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append(dict(m["content"], output_type=kind))
        return outputs

    def end(self):
        self.socket.close()
        self.server.call("DELETE", "sessions/" + self.session["id"])


def is_go(code):
    return any(line.startswith(("%%", "import ", "import(", "func ")) for line in code.splitlines())


async def execute(server, path, keep):
    """Runs a notebook's code cells. Returns its failures, seconds by cell, and the seconds of its first Go cell."""
    cells = [c for c in server.call("GET", "contents/" + path)["content"]["cells"] if c["cell_type"] == "code"]
    kernel = await Kernel(server, path).open()
    failures, seconds, first_go, shown = [], [], None, 0
    for number, cell in enumerate(cells, 1):
        code = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        start = time.monotonic()
        outputs = await kernel.run(code)
        seconds.append(time.monotonic() - start)
        shown += len(outputs)
        if first_go is None and is_go(code):
            first_go = seconds[-1]
        error = next((o for o in outputs if o["output_type"] == "error"), None)
        if error and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
            failures.append(f"{path}, code cell {number}: {error['evalue']}")
            break
        text = "".join(o.get("text", "") for o in outputs if o["output_type"] == "stream")
        if "go-optional" in cell.get("metadata", {}).get("tags", []) and "skipped" in text:
            failures.append(f"{path}, code cell {number} was skipped: {text.strip()}")
    if not shown:
        failures.append(f"{path} shows nothing")
    if keep:
        kernel.socket.close()
    else:
        kernel.end()
    return failures, seconds, first_go


async def main(a):
    server = Server(a.url, a.token)
    failed = []
    if a.cell:
        start = time.monotonic()
        kernel = await Kernel(server, "scratch.ipynb").open()
        outputs = await kernel.run(a.cell)
        for o in outputs:
            print(o.get("text") or o.get("evalue") or "".join(o.get("data", {}).get("text/plain", "")), end="")
        failed += [o["evalue"] for o in outputs if o["output_type"] == "error"]
        print(f"the cell took {time.monotonic() - start:.2f} s, its kernel's start included")
        if a.keep:
            kernel.socket.close()
        else:
            kernel.end()
    paths = [p for pattern in a.notebooks for p in server.find(pattern)]
    if not paths and a.notebooks:
        failed.append("no notebook matches " + " ".join(a.notebooks))
    for path in paths * a.repeat:
        problems, seconds, first_go = await execute(server, path, a.keep)
        failed += problems
        go = "" if first_go is None else f", first Go cell {first_go:.2f} s"
        print(f"{'FAILED' if problems else 'ran'} {path}: {len(seconds)} cells, {sum(seconds):.2f} s, slowest {max(seconds, default=0):.2f} s{go}", flush=True)
    for f in failed:
        print(f)
    return 1 if failed else 0


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('DIDNB_PORT', '8888')}")
    p.add_argument("--token", default=os.environ.get("JUPYTER_TOKEN", ""))
    p.add_argument("--keep", action="store_true", help="leave kernels running")
    p.add_argument("--repeat", type=int, default=1)
    p.add_argument("--cell", help="run this code in a new kernel first")
    p.add_argument("notebooks", nargs="*")
    sys.exit(asyncio.run(main(p.parse_args())))
