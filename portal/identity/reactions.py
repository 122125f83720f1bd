"""Work that the queue does for identity."""

from typing import Any

from portal.identity import operations


def send_reset(payload: dict[str, Any]) -> None:
    """Mail the reset link somebody asked for, if the address is a person's who may have one."""
    operations.send_reset(payload["email"], payload["subject"])
