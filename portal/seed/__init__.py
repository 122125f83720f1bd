"""The demonstration: an invented provider, its clients and two years between them."""

import random
import unicodedata
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account, TeamMember
from portal.cases import promise_history, search
from portal.cases.models import CaseLink
from portal.db import db, opened
from portal.identity.models import Grant, Reach, Role, TeamLead, User
from portal.identity.passwords import hash_password
from portal.insights import days, months
from portal.seed.agreements import agree, explain
from portal.seed.contracts import sign
from portal.seed.history import Historian
from portal.seed.houses import House, orders_of
from portal.seed.opinions import ask
from portal.seed.people import CLIENTS, PASSWORD, STAFF, Client
from portal.seed.pledges import give
from portal.seed.quotes import release
from portal.seed.readings import read_some
from portal.seed.showcase import Desk
from portal.seed.trouble import remember_forecasts, remember_health
from portal.stakeholders.models import JobRole, Stakeholder

STAFF_DOMAIN = "norte-pecas.example"
LOGINS = (
    ("client contact", "mariana.quintao@serra.example"),
    ("client sponsor", "assuncao.figueiredo-brandao@serra.example"),
    ("agent", f"ines.vasconcelos@{STAFF_DOMAIN}"),
    ("account manager", f"tiago.antunes@{STAFF_DOMAIN}"),
    ("provider executive", f"graca.mourao@{STAFF_DOMAIN}"),
    ("administrator", f"duarte.salvaterra@{STAFF_DOMAIN}"),
)

LEADS = ("tiago.antunes", "henrique.boavida", "giulia.ventimiglia")
"""Who leads their team."""

REACHES: dict[str, Reach] = {JobRole.EXECUTIVE: Reach.TREE, JobRole.REQUESTER: Reach.OWN}


class NotEmpty(Exception):
    """The database already holds accounts; the demonstration would mix with them."""


def is_empty() -> bool:
    """Whether no account exists yet."""
    count = opened(select(func.count()).select_from(Account), Account, why="demonstration data")
    return not db.session.scalar(count)


def is_loaded() -> bool:
    """Whether the demonstration's people are here to log in as."""
    return db.session.scalar(select(User.id).where(User.email == LOGINS[0][1])) is not None


def load(seed: int = 7) -> None:
    """Fill an empty database with the demonstration; the caller's transaction commits it.

    Raises: NotEmpty.
    """
    if not is_empty():
        raise NotEmpty
    dice = random.Random(seed)
    secret = hash_password(PASSWORD)
    agree()
    staff = _staff(secret)
    accounts: dict[str, Account] = {}
    number, order = 1000, 80000
    for client in CLIENTS:
        account = accounts[client.code] = _account(client, accounts, staff, dice)
        house = House(account, _people(client, account, secret), _desk(client, account, staff))
        house.orders = orders_of(house, clock.now(), dice, order)
        order += len(house.orders)
        db.session.add_all(house.orders)
        db.session.flush()
        number = _cases(house, client, dice, number)
        if client is CLIENTS[0]:
            desk = Desk(house, staff[client.deputy], clock.now(), number)
            number = desk.tell(dice)
        sign(account)
        give(account, house.people)
        ask(account, house.people)
        if client is CLIENTS[0]:
            release(account)
    desk.tell_twice(number)
    promise_history.rebuild()
    explain(dice)
    months.rebuild()
    days.rebuild()
    search.index_missing()
    read_some(accounts[CLIENTS[0].code])
    remember_health(list(accounts.values()))
    remember_forecasts(list(accounts.values()))


def _staff(secret: str) -> dict[str, User]:
    people = {
        person.mail: User(
            email=f"{person.mail}@{STAFF_DOMAIN}",
            name=person.name,
            password_hash=secret,
            is_staff=True,
            title=person.title,
            team=person.team,
            phone=person.phone,
            hours="09:00-18:00",
            language=person.language,
            timezone=person.timezone,
            created_at=clock.now() - timedelta(days=1200),
        )
        for person in STAFF
    }
    db.session.add_all(people.values())
    db.session.flush()
    for mail in LEADS:
        db.session.add(TeamLead(team=people[mail].team, user_id=people[mail].id))
    for person in STAFF:
        if person.role in (Role.EXECUTIVE, Role.ADMIN):
            _grant(people[person.mail], person.role)
    return people


def _grant(user: User, role: str, account_id: int | None = None, **more: Any) -> None:
    db.session.add(
        Grant(user_id=user.id, role=role, account_id=account_id, created_at=clock.now(), **more)
    )


def _account(
    client: Client, known: dict[str, Account], staff: dict[str, User], dice: random.Random
) -> Account:
    today = clock.today(client.timezone)
    parent = known.get(client.parent)
    start = today - timedelta(days=dice.randrange(760, 1500))
    account = Account(
        ref=client.code,
        name=client.name,
        parent_id=parent.id if parent else None,
        industry=client.industry,
        country=client.country,
        timezone=client.timezone,
        language=client.language,
        segment=client.segment,
        sla_plan={"key": "gold", "standard": "silver", "small": "bronze"}[client.segment],
        manager_id=staff[client.manager].id,
        deputy_id=staff[client.deputy].id,
        contract_start=start,
        contract_renewal=today + timedelta(days=dice.randrange(40, 330)),
        annual_value_minor=client.value * 100,
        currency="GBP" if client.country == "GB" else "BRL" if client.country == "BR" else "EUR",
        created_at=clock.now() - timedelta(days=760),
    )
    db.session.add(account)
    db.session.flush()
    account.path = f"{parent.path if parent else '/'}{account.id}/"
    return account


def _desk(client: Client, account: Account, staff: dict[str, User]) -> list[User]:
    """The account's team, each with a grant; the laboratory helps everywhere."""
    team = list(dict.fromkeys((client.manager, client.deputy, "henrique.boavida")))
    for mail in team:
        role = next(person.role for person in STAFF if person.mail == mail)
        _grant(staff[mail], role, account.id)
        begin = account.contract_start or clock.today(account.timezone)
        db.session.add(
            TeamMember(account_id=account.id, user_id=staff[mail].id, role=role, from_on=begin)
        )
    today = clock.today(account.timezone)
    cover = TeamMember(
        account_id=account.id,
        user_id=staff[client.deputy].id,
        role="cover",
        from_on=today + timedelta(days=12),
        to_on=today + timedelta(days=19),
        covers_id=staff[client.manager].id,
    )
    db.session.add(cover)
    return [staff[mail] for mail in team]


def _people(client: Client, account: Account, secret: str) -> list[Stakeholder]:
    people = [_person(client, account, *described) for described in client.people]
    db.session.add_all(people)
    db.session.flush()
    for person in people:
        _log_in(person, account, secret)
    return people


def _person(
    client: Client, account: Account, name: str, job: str, title: str, language: str
) -> Stakeholder:
    return Stakeholder(
        account_id=account.id,
        name=name,
        email=f"{_plain(name)}@{client.code.lower()}.example",
        phone="",
        job_role=job,
        job_title=title,
        language=language,
        timezone=account.timezone,
        portal_access=True,
        active=True,
        created_at=account.created_at,
    )


def _log_in(person: Stakeholder, account: Account, secret: str) -> None:
    user = User(
        email=person.email,
        name=person.name,
        password_hash=secret,
        title=person.job_title,
        language=person.language,
        timezone=person.timezone,
        created_at=account.created_at,
    )
    db.session.add(user)
    db.session.flush()
    role = Role.SPONSOR if person.job_role == JobRole.EXECUTIVE else Role.CONTACT
    reach = REACHES.get(person.job_role, Reach.ACCOUNT)
    _grant(user, role, account.id, reach=reach, stakeholder_id=person.id)


def _plain(name: str) -> str:
    """A name as the left side of an address: `joaquin.pena`."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = folded.replace("'", "").split()
    return f"{words[0]}.{words[-1]}"


def _cases(house: House, client: Client, dice: random.Random, number: int) -> int:
    historian = Historian(house, clock.now(), dice)
    links: list[tuple[CaseLink, Any, Any]] = []
    for at in historian.opening_times(client.yearly_cases):
        number += 1
        case, *rows = historian.tell(at, number)
        db.session.add(case)
        db.session.flush()
        links += [row for row in rows if isinstance(row, tuple)]
        for row in (row for row in rows if not isinstance(row, tuple)):
            row.case_id = case.id
            db.session.add(row)
    for link, case, earlier in links:
        link.case_id, link.of_case_id = case.id, earlier.id
        db.session.add(link)
    db.session.flush()
    return number
