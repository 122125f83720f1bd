"""Who may see and change how the provider's own people are organised."""

from portal.actor import Actor


def may_change_teams(actor: Actor) -> bool:
    """An administrator says who leads a team."""
    return actor.is_staff and actor.has("admin")
