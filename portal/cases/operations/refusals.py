"""Why an operation on a case is refused; nothing has been changed then."""

from portal.cases.models import Case


class CaseIsFinished(Exception):
    """The case is resolved, closed or withdrawn."""


class CaseIsOpen(Exception):
    """The case is open already."""


class AlreadySo(Exception):
    """The case is what it was asked to become."""


def must_be_open(case: Case) -> None:
    """Raises: CaseIsFinished."""
    if not case.is_open:
        raise CaseIsFinished(case.ref)


def must_be_finished(case: Case) -> None:
    """Raises: CaseIsOpen."""
    if case.is_open:
        raise CaseIsOpen(case.ref)
