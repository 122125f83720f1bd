"""Percentages as people type them: with a point or a comma, with or without their sign, to one decimal."""

import re
from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from portal.web.filters import number
from portal.web.words import gettext as _

MOST = 1000
WRITTEN = re.compile(r"([0-9]{1,4})(?:[.,]([0-9])0*)?\s*%?")
FINER = re.compile(r"[0-9]+[.,][0-9]{2,}\s*%?")


class PercentField(StringField):
    """A percentage above nothing and up to a hundred; `tenths` is None for nothing typed."""

    tenths: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read what was typed."""
        typed = (self.data or "").strip()
        if not typed:
            return
        found = WRITTEN.fullmatch(typed)
        example = number(Decimal("2.5"), 1)
        if found is None and FINER.fullmatch(typed):
            raise ValidationError(
                _("Write at most one decimal, like %(example)s.", example=example)
            )
        if found is None:
            raise ValidationError(_("Write a percentage like %(example)s.", example=example))
        tenths = 10 * int(found[1]) + int(found[2] or 0)
        if not 0 < tenths <= MOST:
            raise ValidationError(_("A percentage is more than 0 and at most 100."))
        self.tenths = tenths


def typed_tenths(tenths: int | None) -> str:
    """Tenths of a percent as the reader would type them."""
    return "" if tenths is None else number(Decimal(tenths) / 10, 1 if tenths % 10 else 0)
