"""The book of a review from case files, as recorded by an instant. Pure."""

from datetime import date

from portal.insights.book import Book, Commitment, Contract, Membership, Person, Survey
from portal.insights.case_files import histories, numbered
from portal.insights.case_tables import Files, Row
from portal.sla.case_files import instant


def book(files: Files, as_of: int) -> Book:
    """Everything the figures of a report are made of; only answers, cases, events and links know when they came."""
    return Book(
        cases=histories(files, as_of),
        surveys=[_survey(row) for row in files.surveys],
        contracts=[_contract(row) for row in files.contracts],
        commitments=[_commitment(row) for row in files.commitments],
        people=[_person(row) for row in files.persons if row["side"] == "client"],
        team=[_membership(row) for row in files.team],
    )


def _survey(row: Row) -> Survey:
    return Survey(
        kind=row["kind"],
        account=row.get("account_id", ""),
        person=row.get("person_id", ""),
        case=row["case_id"],
        wave=row.get("wave", ""),
        order=numbered(row.get("survey_id", "")),
        invited_at=_instant(row.get("invited_at", "")),
        delivered=row.get("delivered") == "1",
        answered_at=_instant(row["answered_at"]) if row["score"] else None,
        score=int(row["score"] or 0),
    )


def _contract(row: Row) -> Contract:
    return Contract(
        account=row["account_id"],
        begins_on=date.fromisoformat(row["valid_from"]),
        ends_on=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        value=int(row["value"]),
    )


def _commitment(row: Row) -> Commitment:
    return Commitment(
        account=row["account_id"],
        side=row["side"],
        due_at=instant(row["due_at"]),
        done_at=_instant(row["done_at"]),
    )


def _person(row: Row) -> Person:
    return Person(ref=row["person_id"], account=row["account_id"], role=row["role"])


def _membership(row: Row) -> Membership:
    return Membership(
        account=row["account_id"],
        person=row["person_id"],
        begin=instant(row["from"]),
        end=_instant(row["to"]),
    )


def _instant(text: str) -> int | None:
    return instant(text) if text else None
