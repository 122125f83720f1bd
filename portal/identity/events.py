"""What happens to people and their access."""

from dataclasses import dataclass

from portal.events import Happening


@dataclass(frozen=True)
class SignedIn(Happening):
    """Somebody signed in."""

    user_id: int


@dataclass(frozen=True)
class SignInRefused(Happening):
    """A log-in failed; the address is kept as a hash, the password not at all."""

    subject: str


@dataclass(frozen=True)
class SignedOut(Happening):
    """A session ended, by its owner or by another's hand."""

    user_id: int


@dataclass(frozen=True)
class CalendarShared(Happening):
    """Somebody made a secret address for their calendar; an earlier one ended."""

    user_id: int


@dataclass(frozen=True)
class CalendarWithdrawn(Happening):
    """Somebody switched the secret address of their calendar off."""

    user_id: int


@dataclass(frozen=True)
class PasswordChanged(Happening):
    """A password was set or changed; all sessions and tokens ended."""

    user_id: int


@dataclass(frozen=True)
class ResetAsked(Happening):
    """A reset link was asked for and ordered."""

    user_id: int


@dataclass(frozen=True)
class UserInvited(Happening):
    """A user was made and given a one-time link."""

    user_id: int


@dataclass(frozen=True)
class Granted(Happening):
    """Access was granted."""

    user_id: int
    role: str
    reach: str


@dataclass(frozen=True)
class GrantEnded(Happening):
    """Access was withdrawn."""

    user_id: int
    role: str


@dataclass(frozen=True)
class UserDeactivated(Happening):
    """A person may no longer sign in; sessions and tokens ended."""

    user_id: int


@dataclass(frozen=True)
class TeamLeadNamed(Happening):
    """Another person, or nobody, leads a team of the provider."""

    team: str
    old_id: int | None
    new_id: int | None


@dataclass(frozen=True)
class Refused(Happening):
    """A signed-in person was refused a page or change."""

    method: str
    path: str
    status: int
