"""The signature of a file: whose it is, and whether it still holds. Needs the extra `sign`; pure, no network."""

import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
HEX = re.compile(rb"<([0-9A-F]{2})+>")


@dataclass(frozen=True)
class Signed:
    """What was found of a signature, in the way `verdict.py` knows it."""

    holds: bool
    code: str
    values: dict[str, str] = field(default_factory=dict)


def signature(data: bytes, trusted: list[str]) -> tuple[Signed, int]:
    """The verdict on the file's one signature, and the end of what it covers; 0 where there is none.

    `trusted` are certificates in PEM, of which the first of each is the provider's.
    """
    found = list(RANGE.finditer(data))
    if not found:
        return (
            Signed(False, "unreadable") if b"/Type /Sig" in data else Signed(True, "unsigned")
        ), 0
    if len(found) > 1:
        return Signed(False, "many"), 0
    first, length, second, rest = (int(number) for number in found[0].groups())
    try:
        verdict = _judged(data, trusted, (length, second))
    except ImportError:
        verdict = Signed(False, "extra_missing")
    except Exception:
        # Whatever a parser of damaged signatures raises, the signature is damaged.
        verdict = Signed(False, "unreadable")
    return verdict, second + rest if first == 0 else 0


def _judged(data: bytes, trusted: list[str], gap: tuple[int, int]) -> Signed:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    (embedded,) = PdfFileReader(BytesIO(data), strict=False).embedded_signatures
    certificate = embedded.signer_cert
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = _at_once(async_validate_pdf_signature(embedded, signer_validation_context=context))
    at = embedded.self_reported_timestamp
    values = {
        "who": str(
            certificate.subject.native.get("common_name", certificate.subject.human_friendly)
        ),
        "at": f"{at:%Y-%m-%d %H:%M} UTC" if at else "?",
    }
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and whole and _is_tidy(data[gap[0] : gap[1]])):
        return Signed(False, "altered", values)
    own = certificate.dump() in _certificates(trusted)
    return Signed(own, "signed" if own else "unknown", values)


def _at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of work that waits for nothing; an event loop would open a socket, which the process must not."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("a signature was checked without network, and it waited for something")


def _is_tidy(gap: bytes) -> bool:
    """Whether the place of the signature holds it in its one right form and nothing else.

    The signature does not cover these bytes, so that a change that means nothing would else go unseen.
    """
    from asn1crypto import cms

    found = HEX.fullmatch(gap)
    if found is None:
        return False
    padded = bytes.fromhex(gap[1:-1].decode())
    info = cms.ContentInfo.load(padded)
    content, size = info["content"], len(info.dump())
    (signer,) = content["signer_infos"]
    algorithms = [one.dump() for one in content["digest_algorithms"]]
    return (
        info.dump(force=True) == padded[:size]
        and not any(padded[size:])
        and algorithms == [signer["digest_algorithm"].dump()]
        and content["version"].native == signer["version"].native == "v1"
        and len(content["certificates"]) >= 1
        and not content["crls"].native
        and not signer["unsigned_attrs"].native
    )


def _certificates(trusted: list[str]) -> list[bytes]:
    """The first certificate of each PEM text; a text without one is none."""
    from asn1crypto import pem

    found = []
    for text in trusted:
        try:
            found.append(next(iter(pem.unarmor(text.encode(), multiple=True)))[2])
        except (ValueError, StopIteration):
            continue
    return found
