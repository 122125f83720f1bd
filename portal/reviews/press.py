"""The program of the rendering process: takes one sheet after another on standard input, answers each
with a PDF or a reason on standard output. It reads our own static files and nothing else.

Run as `python -m portal.reviews.press FOLDER`; `pdf.py` starts, watches and stops it.
"""

import gc
import json
import mimetypes
import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

OURS = "static"
OK, REFUSED = b"1", b"0"
VARIANT = "pdf/a-3a"
"""What WeasyPrint is asked for; `repair.py` makes it PDF/UA-1 too."""

GARBAGE = (20_000, 20, 100)
"""How seldom rings of objects are looked for while a document is made: nearly all of it lives until it is written,
so that a search finds little. `main` lets go of a large document once it is handed over, while nobody waits."""

ROOMY = 112 * 1024 * 1024
"""So much memory, in bytes, may hold documents that are done: a few of ten pages."""


class Refused(Exception):
    """The sheet cannot be printed; the text is the name of a reason of `pdf.REASONS`."""


def main(folder: Path) -> None:
    """Print until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    close_the_doors()
    printer = Printer(folder)
    while (sheet := receive(sys.stdin.buffer)) is not None:
        try:
            answer = OK + printer.printed(json.loads(sheet))
        except Refused as refused:
            answer = REFUSED + str(refused).encode()
        except MemoryError:
            answer = REFUSED + b"memory"
        except Exception as error:
            answer = REFUSED + f"fault:{type(error).__name__}: {error}".encode()[:500]
        send(out, answer)
        if resident() > ROOMY:
            gc.collect()


def send(pipe: BinaryIO, message: bytes) -> None:
    """One message: its length in eight bytes, then the bytes."""
    pipe.write(len(message).to_bytes(8, "big") + message)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """The next message, or None at the end."""
    head = pipe.read(8)
    return pipe.read(int.from_bytes(head, "big")) if len(head) == 8 else None


def close_the_doors() -> None:
    """No socket, whatever a library may wish."""

    def refuse(event: str, _args: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            raise PermissionError("the rendering process has no network")

    sys.addaudithook(refuse)


def resident() -> int:
    """Resident memory of this process in bytes; without bound where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return sys.maxsize


def limit(what: int, most: int) -> None:
    """Lower a soft limit of this process; the hard one stays."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


class Printer:
    """WeasyPrint with our fonts read once and style sheets parsed once."""

    def __init__(self, folder: Path) -> None:
        import logging

        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
        logging.getLogger("fontTools").setLevel(logging.CRITICAL)
        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.fetcher = fetcher(folder)
        self.sheets: dict[str, Any] = {}
        gc.freeze()
        gc.set_threshold(*GARBAGE)

    def printed(self, sheet: dict[str, Any]) -> bytes:
        """The sheet as a corrected and sealed file, PDF/A-3 and PDF/UA-1 at once.

        Raises: Refused.
        """
        limits = sheet["limits"]
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        limit(resource.RLIMIT_CPU, int(used + limits["cpu_seconds"]) + 1)
        limit(resource.RLIMIT_AS, limits["address_space"])
        page = self.weasyprint.HTML(
            string=sheet["html"], base_url=f"{OURS}:/", url_fetcher=self.fetcher
        )
        options = {} if sheet["plain"] else {"pdf_variant": VARIANT}
        document = page.render(
            font_config=self.fonts, stylesheets=[self._style(sheet["css"])], **options
        )
        if len(document.pages) > limits["pages"]:
            raise Refused("pages")
        pdf = document.write_pdf(**options) if sheet["plain"] else self._written(document, sheet)
        if len(pdf) > limits["bytes"]:
            raise Refused("size")
        return pdf

    def _written(self, document: Any, sheet: dict[str, Any]) -> bytes:
        from portal.reviews.repair import correct
        from portal.reviews.seal import sealed

        def finish(_document: Any, made: Any) -> None:
            missing = {code for font in document.fonts.values() for code in font.missing}
            if missing:
                raise Refused("glyphs:" + "".join(map(chr, sorted(missing))))
            correct(made, sheet["places"])

        pdf: bytes = document.write_pdf(
            pdf_variant=VARIANT,
            attachments=[self._attachment(file) for file in sheet["files"]],
            finisher=finish,
        )
        return sealed(pdf)

    def _style(self, css: str) -> Any:
        if css not in self.sheets:
            self.sheets.clear()
            self.sheets[css] = self.weasyprint.CSS(
                string=css, base_url=f"{OURS}:/", font_config=self.fonts, url_fetcher=self.fetcher
            )
        return self.sheets[css]

    def _attachment(self, file: dict[str, str]) -> Any:
        at = datetime.fromisoformat(file["at"])
        return self.weasyprint.Attachment(
            string=file["text"],
            name=file["name"],
            description=file["description"],
            relationship=file["relation"],
            created=at,
            modified=at,
            url_fetcher=self.fetcher,
        )


def fetcher(folder: Path) -> Any:
    """Our own fetcher: `static:/…` inside the folder, `data:`, and nothing else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    root = folder.resolve()

    class OursAlone(URLFetcher):  # type: ignore[misc]
        """Reads files of ours and data inside the page."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data"}, allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The file's bytes. Raises: ValueError for anything that is not ours."""
            parts = urlsplit(url)
            if parts.scheme != OURS:
                return super().fetch(url, headers)
            path = (root / unquote(parts.path).lstrip("/")).resolve()
            if parts.netloc or not path.is_relative_to(root) or not path.is_file():
                raise ValueError(f"not a file of ours: {url[:200]}")
            kind = mimetypes.guess_type(path.name)[0] or "font/woff2"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OursAlone()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
