"""Several workers in one process tree: each a child process, started again when it dies, ended with its parent."""

import signal
import subprocess
import sys
import threading
import time

PATIENCE = 8
"""Seconds a worker has to finish its job once it is asked to stop."""
WORKER = (sys.executable, "-m", "portal", "worker", "--tied")


class Pool:
    """So many workers, watched from threads of this process."""

    def __init__(self, workers: int) -> None:
        self.stopping = threading.Event()
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._watchers = [
            threading.Thread(target=self._watch, args=(place,), daemon=True)
            for place in range(workers)
        ]

    def start(self) -> None:
        """Start them and keep them running."""
        for watcher in self._watchers:
            watcher.start()

    def _watch(self, place: int) -> None:
        while not self.stopping.is_set():
            self._started[place] = subprocess.Popen(WORKER, stdin=subprocess.PIPE)
            self._started[place].wait()
            self.stopping.wait(1)

    def stop(self) -> None:
        """Let each finish its job, then end it."""
        self.stopping.set()
        until = time.monotonic() + PATIENCE
        running = [worker for worker in self._started.values() if worker.poll() is None]
        for worker in running:
            worker.terminate()
        for worker in running:
            try:
                worker.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()

    def run_for_ever(self) -> None:
        """Keep them running until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self.start()
        while not self.stopping.wait(1):
            pass
        self.stop()
