"""By what figures can be broken down, and which of them not, with the reason. Pure."""

from collections.abc import Mapping

KINDS = ("channel", "category", "priority", "team", "stakeholder")

OF_A_CONTRACT = "contracts are agreed with the whole account"
OF_PEOPLE = "it is about people, not about cases"
NEVER: Mapping[str, str] = {
    "F21": OF_A_CONTRACT,
    "F22": OF_A_CONTRACT,
    "F23": OF_A_CONTRACT,
    "F29": "an entitlement is agreed with the whole account",
    "F30": "health is made of figures of the whole account",
}
OF_NO_CASE: Mapping[str, str] = {
    "F19 nps": "a recommendation is asked about the relationship, not about a case",
    "F20": "a recommendation is about the relationship, not about a case",
    "F25": "commitments belong to people, not to kinds of cases",
    "F26": OF_PEOPLE,
    "F27": OF_PEOPLE,
}
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    **{key: {**OF_NO_CASE, **NEVER} for key in ("channel", "category", "priority")},
    "team": {
        **{name: why for name, why in OF_NO_CASE.items() if name != "F25"},
        "F25 client": "the client's people are in no team of ours",
        **NEVER,
    },
    "stakeholder": {"F25 us": "ours are owned by our own people", **NEVER},
}
"""For each dimension the figures, or parts of them, that no group of it can have."""
