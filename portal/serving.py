"""The production web server, alone or with the workers in one process tree."""

import errno
import gc
import os
import socket
import sys

from flask import Flask

from portal.config import Settings
from portal.jobs.pool import Pool


def unbindable(settings: Settings) -> str | None:
    """Why nothing can listen at the address of the settings, in one sentence; else None."""
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        family, kind, _, _, address = found[0]
        with socket.socket(family, kind) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} is taken; stop what listens there, or set PORTAL_PORT to another"
        if error.errno == errno.EACCES:
            return f"this user may not listen at port {port}; set PORTAL_PORT to 1024 or more"
        return f"nothing can listen at {host} ({error.strerror}); correct PORTAL_HOST"
    return None


def serve(app: Flask, settings: Settings, *, with_worker: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; a worker that dies is started again."""
    if sys.platform == "win32":
        from waitress import serve as waitress_serve

        waitress_serve(app, host=settings.host, port=settings.port)
        return
    _gunicorn(app, settings, Pool(settings.worker_processes) if with_worker else None)


def _gunicorn(app: Flask, settings: Settings, workers: Pool | None) -> None:
    from gunicorn.app.base import BaseApplication

    from portal.db import db

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": f"{settings.host}:{settings.port}",
                "workers": settings.web_workers,
                "preload_app": True,
                "graceful_timeout": 8,
                "timeout": 60,
                "loglevel": "warning",
                "when_ready": lambda _server: _ready(workers),
                "post_fork": lambda _server, _worker: _forget_connections(app),
                "forwarded_allow_ips": "*" if settings.proxies else "",
            }
            if workers:
                options["on_exit"] = lambda _server: workers.stop()
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return app

    def _ready(workers: Pool | None) -> None:
        """What is loaded by now is shared by all processes, as long as nobody looks through it for garbage."""
        gc.collect()
        gc.freeze()
        if workers:
            workers.start()

    def _forget_connections(app: Flask) -> None:
        with app.app_context():
            db.engine.dispose(close=False)

    Server().run()
