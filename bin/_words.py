"""Check the word catalogues: each language complete, nothing fuzzy, every placeholder in its place."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.checkers import checkers
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "portal" / "translations"
NAME = re.compile(r"%\((\w+)\)[a-zA-Z]")
COUNT = "num"


def extracted() -> Catalog:
    """Every word the code and the templates ask for, as the code stands now."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "babel.messages.frontend",
                "-q",
                "extract",
                "-F",
                "babel.cfg",
                "-k",
                "lazy_gettext",
                "-k",
                "_l",
                "-o",
                str(target),
                ".",
            ],
            cwd=ROOT,
            check=True,
        )
        with target.open("rb") as file:
            return read_po(file)


def problems(language: str, wanted: Catalog) -> list[str]:
    """What is wrong with one language, a line each."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    found = []
    for message in wanted:
        if not message.id:
            continue
        own = catalogue.get(message.id, message.context)
        forms = (
            [own.string] if own and isinstance(own.string, str) else list(own.string) if own else []
        )
        if own is None or not forms or not all(forms):
            found.append(f"{language}: missing: {message.id!r}")
        elif own.fuzzy:
            found.append(f"{language}: fuzzy: {message.id!r}")
        else:
            faults = (*broken(catalogue, own), *lost(message.id, forms))
            found += [f"{language}: {error}: {message.id!r}" for error in faults]
    return found


def lost(source: str | Sequence[str], forms: Sequence[str]) -> list[str]:
    """Placeholders of the source that a translation leaves out; the form for one may leave out the number."""
    one, many = (source, source) if isinstance(source, str) else source
    wanted = [set(NAME.findall(one)), *[set(NAME.findall(many))] * (len(forms) - 1)]
    if one != many:
        wanted[0].discard(COUNT)
    return [
        f"placeholder lost: {name}"
        for names, form in zip(wanted, forms, strict=True)
        for name in sorted(names - set(NAME.findall(form)))
    ]


def broken(catalogue: Catalog, message: object) -> list[str]:
    """Placeholders that were added or misspelt."""
    errors = []
    for check in checkers:
        try:
            check(catalogue, message)
        except Exception as error:
            errors.append(str(error))
    return errors


def main() -> int:
    languages = sorted(
        path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")
    )
    if not languages or not (ROOT / "babel.cfg").exists():
        print("no catalogues yet")
        return 0
    wanted = extracted()
    found = [line for language in languages for line in problems(language, wanted)]
    print("\n".join(found) if found else f"{len(wanted)} texts, complete in {', '.join(languages)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
