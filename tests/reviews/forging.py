"""Hands that change a review's file and pack it again as if nothing had happened."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf

from portal.reviews.seal import sealed


def repacked(pdf: pikepdf.Pdf, *, mark: bool = True) -> bytes:
    """Saved anew, with a seal over the new bytes."""
    out = BytesIO()
    pdf.save(out)
    return sealed(out.getvalue()) if mark else out.getvalue()


def with_file(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """One of the files inside changed."""
    with pikepdf.open(BytesIO(data)) as pdf:
        stream = pdf.attachments[name].obj.EF.F
        stream.write(change(stream.read_bytes()))
        return repacked(pdf)


def with_json(data: bytes, name: str, change: Callable[[Any], None]) -> bytes:
    """One of the JSON files inside changed, as canonical as it was."""

    def changed(text: bytes) -> bytes:
        found = json.loads(text)
        change(found)
        return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    return with_file(data, name, changed)


def with_digit(data: bytes, page: int, old: str, new: str) -> bytes:
    """A digit printed on a page as another, wherever it stands in the first text that has it."""
    with pikepdf.open(BytesIO(data)) as pdf:
        content = pdf.pages[page - 1]
        steps = list(pikepdf.parse_content_stream(content))
        font = None
        for index, step in enumerate(steps):
            if str(step.operator) == "Tf":
                font = content.Resources.Font[str(step.operands[0])]
            codes = _codes(font) if font is not None else {}
            if str(step.operator) == "TJ" and old in codes and new in codes:
                shown = [part for part in step.operands[0] if isinstance(part, pikepdf.String)]
                if any(bytes(part) == codes[old] for part in shown):
                    parts = [
                        pikepdf.String(codes[new])
                        if isinstance(part, pikepdf.String) and bytes(part) == codes[old]
                        else part
                        for part in step.operands[0]
                    ]
                    steps[index] = pikepdf.ContentStreamInstruction(
                        [pikepdf.Array(parts)], step.operator
                    )
                    break
        else:
            raise LookupError(old)
        content.Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))
        return repacked(pdf)


def _codes(font: Any) -> dict[str, bytes]:
    """The code of each letter of a font."""
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>\n", font.ToUnicode.read_bytes())
    return {chr(int(letter, 16)): bytes.fromhex(code.decode()) for code, letter in pairs}


def with_words_over(data: bytes, page: int, words: str) -> bytes:
    """Words of another font drawn over a page."""
    with pikepdf.open(BytesIO(data)) as pdf:
        target = pdf.pages[page - 1]
        name = target.add_resource(
            pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                )
            ),
            pikepdf.Name.Font,
        )
        drawn = f"q BT {name} 20 Tf 100 500 Td ({words}) Tj ET Q".encode()
        target.contents_add(drawn)
        return repacked(pdf)


def with_a_note(data: bytes, page: int) -> bytes:
    """A note laid over a page."""
    with pikepdf.open(BytesIO(data)) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FreeText,
            Rect=[100, 100, 300, 200],
            Contents="99",
        )
        annots = pdf.pages[page - 1].obj.get("/Annots", pikepdf.Array())
        annots.append(pdf.make_indirect(note))
        pdf.pages[page - 1].obj.Annots = annots
        return repacked(pdf)
