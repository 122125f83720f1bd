"""The production web server, alone or with the worker in one process tree."""

import subprocess
import sys
import threading

from flask import Flask

from portal.config import Settings


def serve(app: Flask, settings: Settings, *, with_worker: bool) -> None:
    """Serve until SIGTERM or Ctrl-C; a worker that dies is started again."""
    if sys.platform == "win32":
        from waitress import serve as waitress_serve

        waitress_serve(app, host=settings.host, port=settings.port)
        return
    _gunicorn(app, settings, _Worker() if with_worker else None)


class _Worker:
    """The background worker as a child process, watched."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start it and keep it running."""
        self.thread.start()

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self.process = subprocess.Popen([sys.executable, "-m", "portal", "worker"])
            self.process.wait()
            self.stopping.wait(1)

    def stop(self) -> None:
        """Let it finish its job, then end it."""
        self.stopping.set()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _gunicorn(app: Flask, settings: Settings, worker: _Worker | None) -> None:
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
                "post_fork": lambda _server, _worker: _forget_connections(app),
                "forwarded_allow_ips": "*" if settings.proxies else "",
            }
            if worker:
                options |= {
                    "when_ready": lambda _server: worker.start(),
                    "on_exit": lambda _server: worker.stop(),
                }
            for key, value in options.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return app

    def _forget_connections(app: Flask) -> None:
        with app.app_context():
            db.engine.dispose(close=False)

    Server().run()
