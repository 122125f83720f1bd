"""What the demonstration's two sides said they would do, and the reviews that come by themselves."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal import clock
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.commitments.models import Commitment, Entry, Outcome, Party, Source
from portal.commitments.operations import LETTERS, end_of
from portal.db import db
from portal.reviews.cadence import Cadence
from portal.reviews.models import Part, Review, ReviewSchedule
from portal.reviews.naming import name_participant
from portal.reviews.operations import plan_review
from portal.reviews.participants import Candidate
from portal.reviews.periods import Period
from portal.reviews.schedules import set_schedule
from portal.stakeholders.models import JobRole, Stakeholder

US, CLIENT = Party.US, Party.CLIENT
QUARTER, WORKING_DAYS = 3, 5
MEETING = time(10, 30)
GIVEN = timedelta(days=40)
"""So long before its day a promise was given."""


@dataclass(frozen=True)
class Said:
    """One entry: due so many days after the last whole quarter began, done so many days after that day, if it was."""

    side: Party
    due: int
    title: str
    done: int | None = None
    kind: Entry = Entry.COMMITMENT
    effect: str = ""
    figure: str = ""
    dropped: str = ""


SAID: dict[str, tuple[Said, ...]] = {
    "SERRA": (
        Said(US, 44, "Ter em Évora um jogo de vedações para a linha 2", done=-6),
        Said(US, 70, "Enviar o relatório das vibrações da linha 2", done=8),
        Said(
            US,
            60,
            "Testar o rolamento cerâmico na linha 1",
            dropped="O fabricante descontinuou o modelo. Propomos outro na próxima reunião.",
        ),
        Said(CLIENT, 61, "Indicar quem recebe entregas fora do horário", done=-2),
        Said(CLIENT, 91, "Aprovar as datas das paradas de manutenção de 2027"),
        Said(US, 170, "Responder aos pedidos urgentes em menos de meia hora à noite"),
        Said(CLIENT, 165, "Enviar a lista das peças críticas de Estremoz"),
        Said(
            US,
            170,
            "Manter um técnico de prevenção aos sábados durante a campanha",
            kind=Entry.DECISION,
            effect="Mais primeiras respostas no prazo",
            figure="F7",
        ),
        Said(
            US,
            180,
            "Conferir o número da peça antes de cada envio",
            kind=Entry.IMPROVEMENT,
            effect="Menos casos reabertos por troca de peça",
            figure="F12",
        ),
        Said(CLIENT, 200, "Faturas separadas por linha de produção", kind=Entry.REQUIREMENT),
    ),
    "NORTHM": (
        Said(US, 50, "Send a spare pump to Falmouth before the season", done=21),
        Said(CLIENT, 62, "Name a second person who may approve urgent orders", done=-4),
        Said(US, 85, "Explain every late delivery of the quarter in writing"),
        Said(
            US,
            165,
            "Have Owen on site one day a month",
            kind=Entry.DECISION,
            effect="Fewer problems that come back",
            figure="F13",
        ),
        Said(
            US,
            160,
            "Agree delivery dates with the carrier, not from the catalogue",
            kind=Entry.IMPROVEMENT,
            effect="Fewer complaints",
        ),
    ),
    "SANTAMB": (
        Said(US, 40, "Tenere a Lecco una serie di cuscinetti di scorta", done=-3),
        Said(CLIENT, 66, "Mandarci il piano di fermata di agosto", done=-10),
        Said(US, 168, "Formare i nuovi manutentori sul ricambio delle tenute"),
        Said(CLIENT, 190, "Certificati dei materiali insieme alla bolla", kind=Entry.REQUIREMENT),
    ),
}
"""By account, in its language."""


def give(account: Account, people: list[Stakeholder]) -> None:
    """Write down what was promised, and have quarterly reviews come from the last whole quarter on, with people named."""
    if account.ref not in SAID:
        return
    today = clock.today(account.timezone)
    quarter = Period.containing(today, QUARTER).previous
    for said in SAID[account.ref]:
        _write(account, said, quarter.starts_on + timedelta(days=said.due), people)
    _name(_schedule(account, quarter, today), people)


def _write(account: Account, said: Said, due_on: date, people: list[Stakeholder]) -> None:
    due_at = end_of(due_on, account.timezone)
    assert due_at is not None
    now, done_at = clock.now(), None
    outcome = Outcome.DROPPED if said.dropped else Outcome.OPEN
    if said.done is not None and due_at + timedelta(days=said.done) < now:
        outcome, done_at = Outcome.DONE, due_at + timedelta(days=said.done, hours=-9)
    row = Commitment(
        account_id=account.id,
        ref=f"~{account.ref}-{said.title}",
        kind=said.kind,
        side=said.side,
        title=said.title,
        effect=said.effect,
        figure=said.figure,
        user_id=account.manager_id if said.side == US else None,
        stakeholder_id=_decides(people).id if said.side == CLIENT else None,
        due_on=due_on,
        due_at=due_at,
        outcome=outcome,
        done_at=done_at,
        closed_at=done_at or (due_at - timedelta(days=9) if said.dropped else None),
        reason=said.dropped,
        source=Source.REVIEW,
        created_at=min(due_at - GIVEN, now - timedelta(days=12)),
        created_by_id=account.manager_id,
    )
    db.session.add(row)
    db.session.flush()
    row.ref = f"{LETTERS[said.kind]}-{row.id}"


def _decides(people: list[Stakeholder]) -> Stakeholder:
    """Who promises for the client: the head of operations, else whoever comes first."""
    technical = (person for person in people if person.job_role == JobRole.TECHNICAL)
    return next(technical, people[0])


def _schedule(account: Account, quarter: Period, today: date) -> Review:
    """The review of the last quarter is planned; the worker drafts it as soon as it runs, for both sides to read."""
    set_schedule(account, Cadence(QUARTER, active=True, working_days=WORKING_DAYS), by=SYSTEM)
    db.session.flush()
    schedule = db.session.scalars(
        ReviewSchedule.unscoped("demonstration").where(ReviewSchedule.account_id == account.id)
    ).one()
    schedule.begins_on = quarter.starts_on
    review = plan_review(account, quarter)
    review.shared_with = ["sponsor"]
    review.meeting_at = datetime.combine(
        today + timedelta(days=8 - today.weekday()), MEETING, ZoneInfo(account.timezone)
    )
    return review


def _name(review: Review, people: list[Stakeholder]) -> None:
    """Who promises for the client comes to the meeting, who approves is informed; the draft names others by itself."""
    parts = {_decides(people).id: Part.ATTENDS}
    parts |= {one.id: Part.INFORMED for one in people if one.job_role == JobRole.APPROVER}
    for one in people:
        if one.id in parts:
            person = Candidate(one.name, one.job_title, one.email, stakeholder_id=one.id)
            name_participant(review, person, parts[one.id], by=SYSTEM)
