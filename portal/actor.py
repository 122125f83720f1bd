"""Who is acting now."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person or the system itself, with all that decides what they may see.

    `accounts` are seen whole, `own_accounts` only as far as the person is named on a case;
    `stakeholder_ids` maps an account to the person's entry among its stakeholders; in `sponsored` ones the
    person of the client is a sponsor, wherever else they may be a contact.
    """

    user_id: int | None = None
    name: str = ""
    email: str = ""
    is_staff: bool = False
    roles: frozenset[str] = frozenset()
    everywhere: bool = False
    accounts: frozenset[int] = frozenset()
    own_accounts: frozenset[int] = frozenset()
    stakeholder_ids: Mapping[int, int] = field(default_factory=dict, hash=False)
    sponsored: frozenset[int] = frozenset()
    language: str = "en"
    timezone: str = "UTC"
    is_system: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether this is a person who has signed in."""
        return self.user_id is not None

    def has(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles, on any account."""
        return not self.roles.isdisjoint(roles)

    def reaches(self, account_id: int) -> bool:
        """Whether the account itself (not each of its cases) is within the actor's grants."""
        return self.everywhere or account_id in self.accounts or account_id in self.own_accounts

    def sees_whole(self, account_id: int) -> bool:
        """Whether the actor sees all of the account's cases, confidential ones aside."""
        return self.everywhere or account_id in self.accounts

    @property
    def all_accounts(self) -> frozenset[int]:
        """Every account named by a grant."""
        return self.accounts | self.own_accounts


NOBODY = Actor()
SYSTEM = Actor(name="Vinculo", is_staff=True, everywhere=True, is_system=True)

_acting: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current_actor() -> Actor:
    """Who acts in this request, job or command."""
    return _acting.get()


def act_as(actor: Actor) -> None:
    """Make somebody the actor of this context; the web and the worker call it, nobody else."""
    _acting.set(actor)
