"""The provider's certificate."""


def own_certificates() -> list[str]:
    """The certificates, in PEM, whose signature on a review is the provider's."""
    return []
