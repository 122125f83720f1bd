"""Who sees figures over many cases."""

from portal.actor import Actor


def may_see_insights(actor: Actor) -> bool:
    """Staff see the figures of their accounts, a client's sponsors those of their own."""
    return actor.is_staff or bool(actor.sponsored)
