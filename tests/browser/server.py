"""What a browser test needs: the app on a loopback port, Chromium's program and options."""

import shutil
import threading
from types import TracebackType
from typing import Any, Self

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.db import db
from portal.identity.models import User
from portal.jobs import worker
from tests.web import HouseClient

CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_program() -> str | None:
    """Chromium or a relative of it, as the system installed it."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


class _Quiet(WSGIRequestHandler):
    """Requests are not worth a line each."""

    def log_request(self, *_: object) -> None:
        pass


class LiveServer:
    """The app in threads of this process; the test and the server share the database."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def run_jobs(self) -> int:
        """Do what the background worker would do now."""
        return worker.run_due(self.app)

    def sign_in(self, context: Any, who: str | User) -> None:
        """Put a session's cookie into a browser context."""
        person = self.app.test_client()
        assert isinstance(person, HouseClient)
        person.sign_in(who)
        context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": self.url}
                for cookie in person._cookies.values()
            ]
        )
