"""A class on one machine: JupyterHub with a container of this same image for each learner, by the machine's own engine.

Learners choose a name and give the class's password; the teacher's name and password open the hub's control panel. Who
asks for it gets a seat with memory and processor limits of its own, a volume of its own for the home folder, no way out
of the class's network, and no privileges. didnb-hub sets what is read from the environment here.
"""
import asyncio
import os
import socket
import sys

from dockerspawner import DockerSpawner
from jupyterhub.utils import wait_for_server

c = get_config()  # noqa: F821

state = os.environ["DIDNB_HUB_STATE"]
network = os.environ.get("DIDNB_NETWORK", "didnb-class")
port = os.environ.get("DIDNB_PORT", "8000")
memory = os.environ.get("DIDNB_SEAT_MEMORY", "1G")
seats = int(os.environ.get("DIDNB_SEATS", "30"))
idle = int(os.environ.get("DIDNB_SEAT_IDLE", "3600"))


# All come at once when the hour begins. So many seats start at a time, the others wait their turn at the progress page,
# rather than being sent away or all being slow together.
turns = asyncio.Semaphore(2 * (os.cpu_count() or 2))


class Seat(DockerSpawner):
    """A seat; on the host's own network, where containers share ports, each takes one that is free."""

    async def start(self):
        async with turns:
            if network == "host":
                with socket.socket() as s:
                    s.bind(("127.0.0.1", 0))
                    self.port = s.getsockname()[1]
            address = await super().start()
            try:
                await wait_for_server(*await self.get_ip_and_port(), timeout=60)
            except TimeoutError:
                pass  # the hub goes on waiting, and says why it gives up
            return address

    async def get_ip_and_port(self):
        if network == "host":
            return "127.0.0.1", self.port
        return await super().get_ip_and_port()


c.JupyterHub.bind_url = f"http://0.0.0.0:{port}"
c.JupyterHub.hub_ip = "127.0.0.1" if network == "host" else "0.0.0.0"
if network != "host":
    c.JupyterHub.hub_connect_ip = os.environ.get("DIDNB_HUB_NAME") or socket.gethostname()
c.JupyterHub.db_url = f"sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{state}/cookie_secret"
c.ConfigurableHTTPProxy.pid_file = f"{state}/proxy.pid"
c.JupyterHub.log_level = os.environ.get("DIDNB_LOG", "WARN")
# A hub that is started again finds its seats as they were.
c.JupyterHub.cleanup_servers = False

c.JupyterHub.authenticator_class = "shared-password"
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {os.environ.get("DIDNB_TEACHER", "teacher")}
c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9-]{0,29}"
c.SharedPasswordAuthenticator.user_password = os.environ["DIDNB_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = os.environ["DIDNB_TEACHER_PASSWORD"]

c.JupyterHub.spawner_class = Seat
c.DockerSpawner.image = os.environ.get("DIDNB_IMAGE", "didnb:workshop")
c.DockerSpawner.pull_policy = "never"  # nothing is downloaded in the room
c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
c.DockerSpawner.name_template = "didnb-seat-{username}"
c.DockerSpawner.network_name = network
c.DockerSpawner.use_internal_ip = True  # on the host network it only keeps ports from being published
c.DockerSpawner.remove = True
c.DockerSpawner.volumes = {"didnb-home-{username}": "/home/didnb"}
c.DockerSpawner.notebook_dir = "/home/didnb/work"
c.Spawner.default_url = "/lab"
c.Spawner.environment = {"DIDNB_SOLUTIONS": os.environ.get("DIDNB_SOLUTIONS", "no")}
c.DockerSpawner.mem_limit = memory
c.DockerSpawner.cpu_limit = float(os.environ.get("DIDNB_SEAT_CPUS", "1"))
c.DockerSpawner.extra_host_config = {
    "read_only": True,
    "tmpfs": {"/tmp": "exec,mode=1777"},
    "memswap_limit": memory.lower(),
    "pids_limit": 512,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}
c.JupyterHub.concurrent_spawn_limit = 0  # they take turns
c.JupyterHub.active_server_limit = seats + 1
c.Spawner.start_timeout = 900
c.Spawner.http_timeout = 180

c.JupyterHub.load_roles = [{
    "name": "idle-culler",
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    "services": ["idle-culler"],
}]
c.JupyterHub.services = [{
    "name": "idle-culler",
    "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={idle}"],
}]
