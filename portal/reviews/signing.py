"""The provider's certificate, and signing an issued review with it, once (PAdES-B-B). Needs the extra `sign`.

There is no network in it and so no time-stamp authority: the time in a signature is this server's clock.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app

from portal import clock
from portal.config import Settings
from portal.reviews.words import gettext as _

FIELD = "Review"
KEY, CERTIFICATE = "key.pem", "certificate.pem"
CERTAIN_FOR = timedelta(days=3650)


class NotSigned(Exception):
    """A review could not be signed; the message says what is missing."""


def is_set_up() -> bool:
    """Whether there are a key and a certificate to sign with."""
    key, certificate = _pair()
    return bool(key and certificate)


def own_certificates() -> list[str]:
    """The certificates, in PEM, whose signature on a review is the provider's."""
    certificate = _pair()[1]
    return [certificate] if certificate else []


def sign(pdf: bytes) -> bytes:
    """The file with the provider's signature behind its sealed bytes; to be called once, and the answer kept.

    Raises: NotSigned when no certificate is set up, it cannot be used, or the extra is missing.
    """
    key, certificate = _pair()
    if not (key and certificate):
        raise NotSigned("PORTAL_SIGNING_KEY and PORTAL_SIGNING_CERTIFICATE are not set")
    try:
        return _signed(pdf, key, certificate, clock.now())
    except ImportError:
        raise NotSigned("signing needs the extra “sign”: pip install 'portal[sign]'") from None
    except (ValueError, TypeError, OSError) as fault:
        raise NotSigned(f"the certificate or its key cannot be used: {fault}") from None


def _pair() -> tuple[str, str]:
    """Key and certificate in PEM: as set, else as they lie in the instance's folder; empty where there is none."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    if settings.signing_key or settings.signing_certificate:
        return settings.signing_key, settings.signing_certificate
    folder = settings.instance / "signing"
    try:
        return (folder / KEY).read_text("utf-8"), (folder / CERTIFICATE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return "", ""


def _signed(pdf: bytes, key: str, certificate: str, at: datetime) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, fields

    class AtOurTime(PdfSigner):  # type: ignore[misc]
        """Signs at the portal's time."""

        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = at
            return session

    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out, writer = BytesIO(), IncrementalPdfFileWriter(BytesIO(pdf))
    fields.append_signature_field(
        writer, fields.SigFieldSpec(FIELD, readable_field_name=_("Signature of the provider"))
    )
    _read_aloud(writer)
    signer = AtOurTime(about, _signer(key, certificate))
    with ThreadPoolExecutor(1) as apart:  # It opens an event loop, and a thread has one at most.
        apart.submit(signer.sign_pdf, writer, output=out).result()
    return out.getvalue()


def _read_aloud(writer: Any) -> None:
    """Give the field its place at the end of the reading order, as PDF/UA wants of every field."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name

    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    tree = writer.root["/StructTreeRoot"]
    body = tree["/K"].raw_get(0)
    page = field.get_object().raw_get("/P")
    place = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Pg"): page, pdf_name("/Obj"): field}
    )
    form = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): body,
            pdf_name("/K"): generic.ArrayObject([place]),
        }
    )
    reference = writer.add_object(form)
    body.get_object()["/K"].append(reference)
    numbers = tree["/ParentTree"]["/Nums"]
    number = generic.NumberObject(1 + max(int(key) for key in list(numbers)[::2]))
    numbers.append(number)
    numbers.append(reference)
    field.get_object()[pdf_name("/StructParent")] = number
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    for changed in (field.get_object(), body.get_object(), tree, tree["/ParentTree"], numbers):
        writer.update_container(changed)


def _signer(key: str, certificate: str) -> Any:
    from asn1crypto import keys, pem, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    loaded = serialization.load_pem_private_key(key.encode(), password=None)
    plain = loaded.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = [
        x509.Certificate.load(der) for _, _, der in pem.unarmor(certificate.encode(), multiple=True)
    ]
    own = chain[0].public_key.dump()
    public = loaded.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if own != public:
        raise ValueError("the key is not that of the certificate")
    store = SimpleCertificateStore()
    store.register_multiple(chain[1:])
    return SimpleSigner(chain[0], keys.PrivateKeyInfo.load(plain), store)


def make_self_made(folder: Path, name: str) -> bool:
    """A key and a certificate that nobody vouches for, for the demonstration, unless there are some.

    False without the extra `sign`.
    """
    if (folder / CERTIFICATE).exists():
        return True
    try:
        key, certificate = _self_made(name, clock.now())
    except ImportError:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in ((KEY, key), (CERTIFICATE, certificate)):
        with os.fdopen(os.open(folder / file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(text)
    return True


def _self_made(name: str, now: datetime) -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (self-made)"[:64])])
    usage = x509.KeyUsage(True, True, *[False] * 7)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + CERTAIN_FOR)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)
