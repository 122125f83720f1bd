"""What is put to the figures before a review is printed: the words people wrote, the ledger, the stage."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from portal import clock
from portal.actor import Actor
from portal.commitments import queries as commitments
from portal.commitments.models import Entry
from portal.commitments.queries import Line
from portal.reviews import queries, quoting, sampling, texts
from portal.reviews.content import Attending, Material
from portal.reviews.evidence import shown
from portal.reviews.figures import Figures
from portal.reviews.gathering import Read
from portal.reviews.inside import inside_of
from portal.reviews.models import Review, Stage
from portal.reviews.moved import value_in, value_of
from portal.reviews.participants import participants_of
from portal.reviews.periods import Period
from portal.reviews.snapshot import thaw
from portal.reviews.written import LedgerItem, Restated

OF_FIGURES = ("F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10", "F11", "F12")


def assembled(actor: Actor, review: Review, material: Material, *, issuing: bool) -> Material:
    """The material as this review prints it: with what stands in the ledger and in its texts now.

    Figures and lists stay as they are.
    """
    return replace(
        with_ledger(actor, review.account_id, material, clock.now()),
        stage=Stage.ISSUED if issuing else Stage.DRAFT,
        edition=review.edition,
        language=review.language,
        written=texts.written(review),
        inside=inside_of(actor, review.account_id, review.added_figures, material),
        participants=attending(review),
        quotes=quoting.quotes_of(review, issuing=issuing),
        sample=sampling.refreshed(review, material.sample),
    )


def attending(review: Review) -> tuple[Attending, ...]:
    """Who takes part in it and still belongs to their side, called as they are now."""
    return tuple(
        Attending(one.name, one.title, "us" if one.is_staff else "client", one.part)
        for one in participants_of(review)
        if one.belongs
    )


def moved_on(review: Review, material: Material) -> bool:
    """Whether somebody wrote something since the material was put together."""
    if sampling.refreshed(review, material.sample) != material.sample:
        return True
    return texts.written(review) != material.written


def with_sample(read: Read, account_id: int) -> Material:
    """What was read with the sample of the review of that period, as far as there was one by its as-of instant."""
    material = read.material
    review = None if material.children else queries.same_order(account_id, material.period.code)
    sample = sampling.known_at(review, read, material.as_of) if review is not None else None
    return replace(material, sample=sample)


def with_ledger(actor: Actor, account_id: int, material: Material, now: datetime) -> Material:
    """The material with what both sides had promised each other, as it stood at an instant."""
    begin, end = material.period.limits(material.timezone)
    lines = commitments.since(actor, [account_id], begin, end)
    written = [line for line in lines if line.created_at <= now]
    return replace(material, ledger=_with_cases(actor, items(written, material, end, now)))


def items(
    lines: Sequence[Line], material: Material, end: datetime, now: datetime
) -> tuple[LedgerItem, ...]:
    """The ledger's entries as a review prints them; commitments made after the period are the new ones."""
    return tuple(
        LedgerItem(
            ref=line.ref,
            kind=line.kind,
            side=line.side,
            title=line.title,
            state=line.state(now),
            owner=line.owner,
            due_on=line.due_on,
            effect=line.effect,
            reason=line.reason,
            figure=line.figure,
            before=line.before,
            after=value_in(material, line.figure),
            new=line.created_at >= end and line.kind in (Entry.COMMITMENT, Entry.DECISION),
        )
        for line in lines
    )


def _with_cases(actor: Actor, found: tuple[LedgerItem, ...]) -> tuple[LedgerItem, ...]:
    cases = commitments.cases_named(actor, [item.ref for item in found])
    return tuple(replace(item, case=cases.get(item.ref, "")) for item in found)


def compared(material: Material, account_id: int) -> Material:
    """Compare with the review issued for the period before, and say where it would come out differently today.

    Without one by the instant of the figures there is nothing to compare with (C10).
    """
    before = queries.issued_before(
        account_id, material.period, material.as_of, children=bool(material.children)
    )
    frozen = queries.snapshot_of(before) if before else None
    if before is None or frozen is None:
        return material
    issued = thaw(frozen)
    return replace(
        material,
        issued=shown(issued.figures),
        issued_before=before.ref,
        restated=(
            *restated(issued.figures, material.previous),
            *_settled(before, issued, material),
        ),
    )


def restated(issued: Figures, today: Figures) -> tuple[Restated, ...]:
    """Figures that late events have changed since they were issued."""
    found = ((name, value_of(issued, name), value_of(today, name)) for name in OF_FIGURES)
    return tuple(Restated(name, old, new) for name, old, new in found if old != new)


def _settled(before: Review, issued: Material, material: Material) -> list[Restated]:
    """Restatements that disputes ended with by the instant of the figures: about the review before, and about older
    ones since that was read, which could not print them any more.
    """
    zone = ZoneInfo(material.timezone)
    return [
        Restated(
            *(row.about, "", "", row.restatement),
            on=row.closed_at.astimezone(zone).date(),
            period="" if row.period == before.period else row.period,
        )
        for row in queries.restatements(before, issued.as_of, material.as_of)
        if Period.parse(row.period).length == material.period.length
    ]
