import time

import pytest

from portal.identity import passwords
from portal.identity.passwords import Weakness, hash_password, is_outdated, matches, weakness

OWN = (
    "Norte Peças",
    "vinculo",
    "Ana Lima",
    "Ana",
    "Lima",
    "ana.lima@acme.test",
    "ana.lima",
    "acme.test",
)


@pytest.mark.proves("T19")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("a" * 14, Weakness.SHORT),
        ("gato, lua, 7 so", None),
        ("gato, lua, 7 s", Weakness.SHORT),
        ("x" * 1025, Weakness.LONG),
        ("nove palavras " * 73, None),
        ("açúcar é doce 👍👍", None),
        ("aaaaaaaaaaaaaaaa", Weakness.KNOWN),
        ("abcabcabcabcabcabc", Weakness.KNOWN),
        ("123456789012345", Weakness.KNOWN),
        ("zyxwvutsrqponmlkjihg", Weakness.KNOWN),
        ("qwertyuiopasdfgh", Weakness.KNOWN),
        ("Correct horse battery staple", Weakness.KNOWN),
        ("Pass-word_Pass word", Weakness.KNOWN),
        ("Norte Peças 2026!", Weakness.OWN),
        ("vinculo-vinculo-1", Weakness.OWN),
        ("ana.lima@acme.test1", Weakness.OWN),
        ("Ana Lima e sete gatos", None),
    ],
)
def test_a_new_password_is_long_and_not_what_is_tried_first(password, reason):
    assert weakness(password, OWN) is reason


@pytest.mark.proves("T19")
def test_passwords_are_used_unaltered():
    """No cutting, trimming or change of case, however long."""
    long = "ã b " * 250
    known = hash_password(long)
    assert matches(known, long)
    assert not matches(known, long.strip())
    assert not matches(known, long[:-1])
    assert not matches(known, long.upper())


@pytest.mark.proves("T19")
@pytest.mark.real_time
def test_over_long_input_costs_nothing():
    begun = time.perf_counter()
    assert not matches(passwords.NOBODYS_HASH, "x" * 1_000_000)
    assert time.perf_counter() - begun < 0.01


def test_nobodys_hash_is_as_slow_as_todays():
    assert not is_outdated(passwords.NOBODYS_HASH)
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQxMjM0$aGFzaGhhc2hoYXNoaGFzaA")
    assert not matches(None, "whatever it may be")
    assert not matches("no hash at all", "whatever it may be")
