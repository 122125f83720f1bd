"""The rendering process: what it may read, what it may cost, and what happens when it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from portal.reviews.pdf import NotPrinted, Press, _resident, written
from portal.reviews.press import ROOMY
from portal.reviews.sheets import Limits, Sheet
from tests.reviews import samples
from tests.reviews.conftest import STATIC, sheet_of

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


@pytest.mark.proves("T32")
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "ftp://127.0.0.1/x",
        "static:/../pyproject.toml",
        "static:/%2e%2e/pyproject.toml",
        "static:/fonts",
        "static://host/fonts/pdf/OFL.txt",
    ],
)
def test_only_our_own_static_files_are_read(address):
    from portal.reviews.press import fetcher

    with pytest.raises(ValueError):
        fetcher(STATIC).fetch(address)


@pytest.mark.proves("T32")
def test_our_font_and_data_inside_the_page_are_read():
    from portal.reviews.press import fetcher

    ours = fetcher(STATIC)
    assert ours.fetch("static:/fonts/pdf/Inter-Regular.woff2").read()[:4] == b"wOF2"
    assert ours.fetch("data:text/plain,hello").read() == b"hello"


@pytest.mark.proves("T32")
@pytest.mark.parametrize(
    ("html", "limits", "code"),
    [
        ("<p>x</p>" * 200_000, Limits(cpu_seconds=1), "cpu"),
        ("<p>x</p>" * 200_000, Limits(wall_seconds=0.5), "time"),
        (
            "<table>" + "<tr><td>x</td></tr>" * 100_000 + "</table>",
            Limits(memory=120 * 1024**2),
            "memory",
        ),
        ('<p style="break-after: page">x</p>' * 12, Limits(pages=10), "pages"),
        ("<p>x</p>", Limits(bytes=100), "size"),
    ],
)
def test_what_asks_too_much_is_stopped_with_a_reason_and_the_next_is_printed(
    speaking, press, html, limits, code
):
    with pytest.raises(NotPrinted) as refused:
        press.print(
            Sheet(f"<html lang=en><title>t</title><body>{html}</body></html>", "", limits=limits)
        )
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert press.print(
        Sheet("<html lang=en><title>t</title><p>still here</p></html>", "")
    ).startswith(b"%PDF")


class Meddler(threading.Thread):
    """Sends a signal to the rendering process as soon as it works on a document, so many times."""

    def __init__(self, press, number, times):
        super().__init__(daemon=True)
        self.press, self.number, self.times, self.met = press, number, times, set()

    def run(self):
        while len(self.met) < self.times:
            process = self.press._process
            if process is not None and process.pid not in self.met and _cpu(process.pid) > 0.2:
                self.met.add(process.pid)
                os.kill(process.pid, self.number)
            time.sleep(0.01)


def _cpu(pid):
    with suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)
    return 0


@pytest.fixture
def own_press():
    made = Press(STATIC)
    yield made
    made.close()


@pytest.mark.proves("X9")
def test_a_renderer_killed_once_has_a_successor(words, own_press):
    meddler = Meddler(own_press, signal.SIGKILL, 1)
    meddler.start()
    assert own_press.print(sheet_of(words, samples.material())).startswith(b"%PDF")
    assert len(meddler.met) == 1


@pytest.mark.proves("X9")
def test_a_renderer_killed_twice_is_told_and_the_next_document_is_printed(words, own_press):
    sheet = sheet_of(words, samples.material())
    meddler = Meddler(own_press, signal.SIGKILL, 2)
    meddler.start()
    with pytest.raises(NotPrinted) as refused:
        own_press.print(sheet)
    meddler.join(10)
    assert (refused.value.code, len(meddler.met)) == ("killed", 2)
    assert own_press.print(sheet).startswith(b"%PDF")


@pytest.mark.proves("X9")
def test_a_renderer_that_hangs_is_ended_by_the_clock(words, own_press):
    sheet = sheet_of(words, samples.material())
    Meddler(own_press, signal.SIGSTOP, 1).start()
    with pytest.raises(NotPrinted) as refused:
        own_press.print(replace(sheet, limits=Limits(wall_seconds=5)))
    assert refused.value.code == "time"
    assert own_press.print(sheet).startswith(b"%PDF")


@pytest.mark.proves("X9")
def test_what_one_document_needed_is_free_for_the_next(own_press):
    """Whether a document is too large may not depend on what was printed before it."""
    rows = "<table>" + "<tr><td>Câmara</td><td>8</td></tr>" * 2_000 + "</table>"
    long = Sheet(f"<html lang=en><title>t</title><body>{rows}</body></html>", "")
    resident = []
    for _turn in range(5):
        own_press.print(long)
        own_press.print(Sheet("<html lang=en><title>t</title><p>short</p></html>", ""))
        resident.append(_resident(own_press._process.pid))
    assert max(resident) < 1.3 * max(resident[0], ROOMY), resident


@pytest.mark.proves("T32")
def test_the_rendering_process_has_no_network():
    script = (
        "import socket; from portal.reviews.press import close_the_doors; close_the_doors()\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except PermissionError: print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "refused\n"


@pytest.mark.proves("T32")
def test_the_rendering_process_knows_no_setting_of_ours(monkeypatch):
    from portal.reviews.pdf import environment

    monkeypatch.setenv("PORTAL_SECRET_KEY", "s" * 40)
    assert not any(name.startswith("PORTAL_") for name in environment())


@pytest.mark.proves("T32")
def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "review.pdf"
    path.write_bytes(b"old")
    written(b"new", path)
    assert path.read_bytes() == b"new"
    with pytest.raises(OSError):
        written(b"x", tmp_path / "missing" / "review.pdf")
    assert [found.name for found in tmp_path.iterdir()] == ["review.pdf"]
