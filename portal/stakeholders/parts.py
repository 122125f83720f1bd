"""The words for a person's part in the account."""

from flask_babel import lazy_gettext as _l

from portal.stakeholders.models import JobRole

JOB_ROLES = (
    (JobRole.REQUESTER, _l("Reports and asks")),
    (JobRole.TECHNICAL, _l("Decides operations")),
    (JobRole.FINANCE, _l("Finance")),
    (JobRole.APPROVER, _l("Approves cost")),
    (JobRole.EXECUTIVE, _l("Executive")),
)
_NAMES = dict(JOB_ROLES)


def part_name(job_role: str) -> str:
    """What the person is to the relationship, in the reader's language; empty if we do not know the word."""
    return str(_NAMES.get(JobRole(job_role), "")) if job_role in set(JobRole) else ""
