"""Signing an issued review, and telling whose signature it is and whether it still holds."""

import random
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from portal.config import SettingError, Settings
from portal.reviews import seal, signing, verdict
from portal.reviews.examining import examined
from portal.reviews.signed import RANGE, _is_tidy, signature
from portal.reviews.verifying import Examined, examine
from tests.reviews import forging, samples
from tests.reviews.conftest import sheet_of

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_time]


@pytest.fixture(scope="session")
def draft(words, press) -> bytes:
    return press.print(sheet_of(words, samples.counted(), "es"))


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    """Two self-made pairs: ours and a stranger's."""
    found = []
    for name in ("Norte Peças", "Somebody Else"):
        folder = tmp_path_factory.mktemp("signing")
        assert signing.make_self_made(folder, name)
        found.append([(folder / file).read_text() for file in (signing.KEY, signing.CERTIFICATE)])
    return found


@pytest.fixture
def set_up(speaking, pairs, monkeypatch):
    key, certificate = pairs[0]
    settings = replace(Settings(), signing_key=key, signing_certificate=certificate)
    monkeypatch.setitem(speaking.extensions, "portal_settings", settings)
    return certificate


@pytest.fixture
def made(set_up, draft, monkeypatch):
    at = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(signing.clock, "now", lambda: at)
    return signing.sign(draft)


def of(data, *trusted):
    return Examined(tuple(examined(data, list(trusted))))


def test_signing_leaves_the_sealed_bytes_as_they_are(draft, made, set_up):
    assert made.startswith(draft)
    assert seal.opened(made).whole
    seen = of(made, set_up)
    assert seen.holds, verdict.conclusion(seen)
    (said,) = [one for one in seen.findings if one.check == "signature"]
    assert said.values == {"who": "Norte Peças (self-made)", "at": "2026-12-04 09:30 UTC"}


def test_a_signed_file_is_as_good_for_everyone_as_a_draft(made, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(made)
    programs = Path(sys.executable).parent
    outloud = [programs / "outloud", "--fail-on", "warning", path]
    for command in ([programs / "pdfua", "check", path], outloud):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_another_reader_of_signatures_finds_it_valid(made, tmp_path):
    pdfsig = shutil.which("pdfsig")
    if pdfsig is None:
        from tests.conftest import lacking

        lacking("pdfsig", "poppler-utils is not installed")
    path = tmp_path / "signed.pdf"
    path.write_bytes(made)
    done = subprocess.run([pdfsig, path], capture_output=True, text=True, check=False)
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout


def test_a_stranger_s_signature_is_not_the_providers(made, set_up, pairs):
    seen = of(made, pairs[1][1])
    assert not seen.holds
    assert "a certificate that is not the provider’s" in verdict.conclusion(seen)
    assert not of(made).holds
    assert of(made, pairs[1][1], set_up).holds


def test_any_bit_behind_the_sealed_bytes_is_found(draft, made, set_up):
    rng = random.Random(3)
    gap = RANGE.search(made)
    begin, end = int(gap[2]), int(gap[3])
    places = {rng.randrange(len(draft), len(made)) for _one in range(25)}
    places |= {rng.randrange(begin, begin + 1500) for _one in range(25)} | {begin, end - 1}
    for place in places:
        changed = bytearray(made)
        changed[place] ^= 1 << rng.randrange(8)
        said, covers = signature(bytes(changed), [set_up])
        assert not (said.holds and said.code == "signed" and covers == len(made)), place


def test_the_padding_of_a_signature_holds_nothing(made):
    gap = RANGE.search(made)
    found = made[int(gap[2]) : int(gap[3])]
    assert _is_tidy(found)
    assert not _is_tidy(found[:-5] + b"1" + found[-4:])
    assert not _is_tidy(found.lower())


def test_a_change_under_the_signature_and_behind_it_is_found(draft, made, set_up):
    changed = bytearray(made)
    changed[9_000] ^= 1
    wrong = {one.check: one.code for one in of(bytes(changed), set_up).findings if not one.holds}
    assert wrong["signature"] == "altered"
    assert wrong["seal"] == "bytes"
    behind = of(made + b"% more\n", set_up)
    assert {one.code for one in behind.findings if not one.holds} == {"appended", "altered"}
    saved = of(forging.with_words_over(made, 2, "99"), set_up)
    assert not saved.holds


def test_what_was_signed_and_cut_off_is_the_draft_again(draft, made, set_up):
    seen = of(made[: len(draft)], set_up)
    assert [one.code for one in seen.findings if one.check == "signature"] == ["unsigned"]


def test_the_process_that_examines_knows_signatures_too(made, set_up):
    seen = examine(made, [set_up])
    assert seen.holds, verdict.conclusion(seen)


def test_nothing_is_signed_without_a_pair_that_fits(speaking, draft, pairs, monkeypatch, tmp_path):
    def setting(**changes):
        settings = replace(Settings(), instance=tmp_path, **changes)
        monkeypatch.setitem(speaking.extensions, "portal_settings", settings)

    setting()
    assert not signing.is_set_up()
    with pytest.raises(signing.NotSigned, match="are not set"):
        signing.sign(draft)
    setting(signing_key=pairs[0][0], signing_certificate=pairs[1][1])
    with pytest.raises(signing.NotSigned, match="not that of the certificate"):
        signing.sign(draft)
    setting(signing_key=pairs[0][0], signing_certificate="-----BEGIN CERTIFICATE-----\nxx")
    with pytest.raises(signing.NotSigned, match="cannot be used"):
        signing.sign(draft)


def test_without_the_extra_it_is_said_in_one_line(set_up, draft, made, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhanko.sign", None)
    monkeypatch.setitem(sys.modules, "pyhanko.sign.validation", None)
    with pytest.raises(signing.NotSigned, match=r"pip install 'portal\[sign\]'"):
        signing.sign(draft)
    seen = of(made, set_up)
    assert "pip install 'portal[sign]'" in verdict.conclusion(seen)


def test_the_demonstrations_pair_lies_in_the_instance_and_is_made_once(
    tmp_path, speaking, monkeypatch
):
    settings = replace(Settings(), instance=tmp_path)
    monkeypatch.setitem(speaking.extensions, "portal_settings", settings)
    folder = tmp_path / "signing"
    assert signing.make_self_made(folder, "A" * 100)
    (own,) = signing.own_certificates()
    assert signing.make_self_made(folder, "Another")
    assert signing.own_certificates() == [own]
    assert (folder / signing.KEY).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PORTAL_SIGNING_KEY": "secret"}, "PORTAL_SIGNING_KEY must be a private key in PEM"),
        ({"PORTAL_SIGNING_CERTIFICATE": "x"}, "PORTAL_SIGNING_CERTIFICATE must be a certificate"),
        (
            {"PORTAL_SIGNING_KEY": "-----BEGIN PRIVATE KEY-----\nx"},
            "PORTAL_SIGNING_CERTIFICATE is missing beside PORTAL_SIGNING_KEY",
        ),
        (
            {"PORTAL_SIGNING_KEY": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx"},
            "without a password",
        ),
    ],
)
def test_settings_that_cannot_sign_stop_the_start(given, says):
    with pytest.raises(SettingError, match=says):
        Settings.from_env(given)
