"""Passwords: kept as argon2 hashes, at least fifteen characters, none of the well-known ones (T19)."""

import re
from collections.abc import Iterable
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 15
LONGEST = 1024
OWN_LEFT = 8

_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$9G77PoOJYGJ8zQsS3PRLnw$7ia2iGFsUlBCuD471Yaykd9es12LOTpQIMEkWPQXMCw"
"""Verified in place of a hash that does not exist, so that both answers take equally long (T16)."""

_ROWS = (
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_KNOWN = frozenset(
    [
        "administrator",
        "administrador",
        "administratore",
        "changemechangeme",
        "changemeplease",
        "correcthorsebatterystaple",
        "iloveyouforever",
        "iloveyousomuch",
        "itsasecrettoeveryone",
        "letmeinletmein",
        "letmeinplease",
        "mynameisinigomontoya",
        "nopasswordneeded",
        "oprahwinfreyshow",
        "passwordpassword",
        "passwordispassword",
        "passwordistaco",
        "passwortpasswort",
        "contrasenacontrasena",
        "senhasenhasenha",
        "minhasenhasecreta",
        "micontrasenasecreta",
        "lamiapasswordsegreta",
        "thisismypassword",
        "thisisapassword",
        "thispasswordissecure",
        "supersecretpassword",
        "superuserpassword",
        "secretpassword1234",
        "verysecurepassword",
        "weneedapassword",
        "welcomewelcome",
        "whatismypassword",
        "qwertyqwertyqwerty",
        "qazwsxedcrfvtgb",
        "1qaz2wsx3edc4rfv",
        "1q2w3e4r5t6y7u8i",
        "zaq12wsxcde34rfv",
        "adminadminadmin",
        "rootrootrootroot",
        "testtesttesttest",
        "trustno1trustno1",
        "monkeymonkeymonkey",
        "dragondragondragon",
        "footballfootball",
        "baseballbaseball",
        "sunshinesunshine",
        "princessprincess",
        "superman123456789",
        "tobeornottobethatisthequestion",
        "thequickbrownfoxjumpsoverthelazydog",
        "maytheforcebewithyou",
    ]
)


class Weakness(StrEnum):
    """Why a new password is refused."""

    SHORT = "short"
    LONG = "long"
    KNOWN = "known"
    OWN = "own"


def hash_password(password: str) -> str:
    """The argon2 hash to keep; the password is used unaltered."""
    return _hasher.hash(password)


def matches(known: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; as slow without a hash as with one."""
    if len(password) > LONGEST:
        return False
    try:
        _hasher.verify(known or NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(known)


def weakness(password: str, own_words: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a new password, or None.

    `own_words` are names an outsider would try first: the provider, the person, the address.
    """
    if len(password) > LONGEST:
        return Weakness.LONG
    if len(password) < SHORTEST:
        return Weakness.SHORT
    letters = _letters(password)
    if letters in _KNOWN or _is_pattern(password.casefold()):
        return Weakness.KNOWN
    for word in sorted({_letters(word) for word in own_words}, key=len, reverse=True):
        if len(word) > 2:
            letters = letters.replace(word, "")
    return Weakness.OWN if len(letters) < OWN_LEFT and letters != _letters(password) else None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _is_pattern(text: str) -> bool:
    """One short piece over and over, or a walk along the keyboard or the alphabet."""
    if any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 6)):
        return True
    rows = [row * (len(text) // len(row) + 2) for row in _ROWS]
    return any(text in row or text[::-1] in row for row in rows)
