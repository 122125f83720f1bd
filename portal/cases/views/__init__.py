"""The pages of cases."""

from portal.cases.views import case, changes, files, lists, merging, opening, time
from portal.cases.views.blueprint import bp

__all__ = ["bp", "case", "changes", "files", "lists", "merging", "opening", "time"]
