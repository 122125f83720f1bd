"""An account answers to its reference, its id in another system, or its name."""

import pytest

from portal.accounts.finding import AccountUnknown, account_called
from tests.factories import make_account


@pytest.mark.parametrize("called", ["A-1", "Value 22", "Móveis, Ítaca & Filhos", "harbour boats"])
def test_an_account_is_found_by_what_an_operator_calls_it(session, called):
    make_account(ref="A-1", name="Plain")
    make_account(name="Other", source="log", source_id="Value 22")
    make_account(name="Móveis, Ítaca & Filhos")
    make_account(name="Harbour Boats")
    account = account_called(called)
    assert called.lower() in (
        account.ref.lower(),
        str(account.source_id).lower(),
        account.name.lower(),
    )


def test_two_systems_with_the_same_id_are_told_apart_by_reference(session):
    make_account(ref="one-7", source="one", source_id="7")
    make_account(ref="two-7", source="two", source_id="7")
    with pytest.raises(AccountUnknown, match="one-7, two-7"):
        account_called("7")
    assert account_called("two-7").source == "two"
