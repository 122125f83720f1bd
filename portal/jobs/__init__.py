"""The job queue."""

from portal.jobs.models import Job
from portal.jobs.queue import enqueue

__all__ = ["Job", "enqueue"]
