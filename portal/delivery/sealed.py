"""Secrets that leave the house in a mail without standing in the database.

The queue keeps a random nonce; the secret is its keyed hash, computed again whenever the mail is
built, so that a repeated sending has the same bytes.
"""

import base64
import hashlib
import hmac
import secrets

from portal.web.security import settings

MARK = "{{sealed}}"


def nonce() -> str:
    """What to keep: 256 random bits."""
    return secrets.token_urlsafe(32)


def reveal(kept: str) -> str:
    """The secret that belongs to a nonce: 256 bits, safe in a path."""
    digest = hmac.new(
        settings().secret_key.encode(), b"sealed:" + kept.encode(), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
