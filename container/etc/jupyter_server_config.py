# JupyterLab as the image starts it; didnb-start gives port, address and token.
c = get_config()  # noqa: F821

# A taken port is an error, not another port that nobody has been told of.
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.quit_button = False
# The link is that of the host's side of a published port.
c.ServerApp.allow_remote_access = True
# No language servers: the kernel completes. Nothing is installed from inside.
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}
c.LabApp.extension_manager = "readonly"
# One kernel in the launcher: the image has no Python for data.
c.KernelSpecManager.ensure_native_kernel = False
c.FileContentsManager.delete_to_trash = False
