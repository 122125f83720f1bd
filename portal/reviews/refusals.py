"""Why a review cannot take a step, as codes and as sentences."""

from enum import StrEnum

from portal.reviews.words import gettext as _


class Why(StrEnum):
    """The reason of a refusal."""

    PLANNED = "planned"
    BEING_MADE = "being_made"
    FAILED = "failed"
    NOT_DRAFT = "not_draft"
    NOT_SUBMITTED = "not_submitted"
    NOT_APPROVED = "not_approved"
    ISSUED = "issued"
    NOT_ISSUED = "not_issued"
    ACKNOWLEDGED = "acknowledged"
    SAME_PERSON = "same_person"
    NO_REASON = "no_reason"
    NO_REMARK = "no_remark"
    CLOSED = "closed"
    PRINTED = "printed"
    NOT_LISTED = "not_listed"
    CONFIDENTIAL = "confidential"
    NO_ACCESS = "no_access"
    NOT_RELEASED = "not_released"
    ENOUGH = "enough"
    OWN_CASE = "own_case"
    READ_BY_ANOTHER = "read_by_another"
    COUNTS_NO_MORE = "counts_no_more"


class NotNow(Exception):
    """The review cannot take this step; nothing was changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def sentence(why: Why) -> str:
    """What is in the way and what to do, in the reader's language."""
    return {
        Why.PLANNED: _("The review is planned; its figures are not read yet."),
        Why.BEING_MADE: _("The document is being made. Wait until it is ready, then go on."),
        Why.FAILED: _("The document could not be made. Have it made again first."),
        Why.NOT_DRAFT: _("Only a draft can be changed. Send it back first."),
        Why.NOT_SUBMITTED: _("Nobody has asked for approval yet, or it was given meanwhile."),
        Why.NOT_APPROVED: _(
            "This account’s reviews are approved by a second person before they are issued."
        ),
        Why.ISSUED: _(
            "The review is issued; what was issued does not change. Corrections stand, dated, in the next one."
        ),
        Why.NOT_ISSUED: _("Only an issued review can be acknowledged."),
        Why.ACKNOWLEDGED: _("This review was acknowledged already."),
        Why.SAME_PERSON: _("Whoever asked for approval cannot give it. Ask a colleague."),
        Why.NO_REASON: _("Say what should be changed, so that the author knows."),
        Why.NO_REMARK: _("Write your remarks, or accept the review without any."),
        Why.CLOSED: _("This dispute is settled. Open a new one if something else is wrong."),
        Why.PRINTED: _(
            "The issued document names this person, so they stay on the list. Who was added after the issue can be taken off."
        ),
        Why.NOT_LISTED: _("This person is not among the participants any more. Choose another."),
        Why.CONFIDENTIAL: _("A comment about a confidential case is never quoted."),
        Why.NO_ACCESS: _(
            "Who wrote this cannot sign in, and nobody else can answer for them. Give them access first."
        ),
        Why.NOT_RELEASED: _("Only a comment whose author agreed to it can be quoted."),
        Why.ENOUGH: _("Five comments are chosen already. Leave one out first."),
        Why.OWN_CASE: _(
            "You answered this case or look after it. A colleague who did neither reads it."
        ),
        Why.READ_BY_ANOTHER: _(
            "A colleague has read this case. Only they can change what they found."
        ),
        Why.COUNTS_NO_MORE: _("This case counts no more, so there is nothing to read in it."),
    }[why]
