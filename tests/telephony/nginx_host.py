"""A folder hosted by a real nginx on loopback, with one rule of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.served import PATIENCE, free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_CONFIG = """\
daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    types {{ text/xml xml; }}
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {rule}
    }}
}}
"""


@contextmanager
def nginx(root: Path, rule: str, place: Path) -> Iterator[str]:
    """Serve `root` with `rule` in the server's block; yields its address, which ends in a slash.

    place: a folder for its own files. Errors: AssertionError with what it said, when it doesn't come up.
    """
    assert NGINX is not None
    place.mkdir()
    port = free_port()
    told = place / "nginx.conf"
    told.write_text(_CONFIG.format(place=place, port=port, root=root, rule=rule))
    log = place / "error.log"
    with subprocess.Popen([NGINX, "-p", str(place), "-e", str(log), "-c", str(told)]) as server:
        try:
            _wait(server, port, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nginx didn't come up: {log.read_text() if log.exists() else 'no log'}")
