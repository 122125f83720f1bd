"""One try at making a document, whatever kind: what went wrong is said where people look, and tried again where it may help."""

import errno
import logging
from collections.abc import Callable

from portal.db import transaction
from portal.reviews import pdf

log = logging.getLogger("portal.reviews")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def attempt(what: str, make: Callable[[], None], fail: Callable[[str], None]) -> None:
    """Make it; if that does not work, `fail` is called with the code of a reason, in a transaction of its own.

    A reason a person can act on ends there. Any other fault is raised again, so that the job has its further tries.
    """
    try:
        make()
    except pdf.NotPrinted as refused:
        log.warning("%s was not made: %s", what, refused.args[0])
        _failed(fail, refused.code)
    except OSError as fault:
        _failed(fail, "room" if fault.errno in NO_ROOM else "fault")
        raise
    except Exception:
        _failed(fail, "fault")
        raise


def _failed(fail: Callable[[str], None], code: str) -> None:
    with transaction():
        fail(code)
