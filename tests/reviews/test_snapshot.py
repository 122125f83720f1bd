"""What a review is frozen into, and that it comes back whole."""

import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import pytest

from portal.reviews import snapshot
from portal.reviews.content import compose
from portal.reviews.document import sheet
from portal.reviews.evidence import Evidence
from portal.reviews.figures import Miss
from portal.reviews.snapshot import SnapshotFault, fingerprint, freeze, thaw
from tests.reviews import samples
from tests.reviews.conftest import BRAND


def full():
    """Material with something in every field."""
    found = samples.material(
        children=("Filha", "שלום"),
        missed=(samples.miss(),),
        rules=(samples.RULE,),
        evidence=Evidence(
            '{"calendars": {}, "groups": {}}',
            (("C-1001", "group 1", "2026-01-05T09:00:00Z", "client", "Delivery", "normal", ""),),
            (),
            (("C-1001", "response", "1", "2026-01-06T09:00:00Z", "0", "ill"),),
        ),
    )
    return replace(found, figures=replace(found.figures, misses=(Miss("C-1", "response", "t"),)))


def test_nothing_is_lost_and_freezing_again_gives_the_same_bytes():
    for material in (samples.material(), full()):
        frozen = freeze(material)
        assert thaw(frozen) == material
        assert freeze(thaw(frozen)) == frozen


def test_a_thawed_review_is_printed_like_the_first(speaking):
    for language in ("en", "it"):
        pages = [
            sheet(compose(material, language, BRAND)) for material in (full(), thaw(freeze(full())))
        ]
        assert pages[0] == pages[1]


def test_the_bytes_are_canonical_and_without_a_number_that_is_not_whole():
    frozen = freeze(full())

    def refuse(text):
        raise AssertionError(f"{text} is not a whole number")

    found = json.loads(frozen, parse_float=refuse, parse_constant=refuse)
    again = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert again.encode() == frozen
    assert found["review"]["figures"]["again"]["value"] == "7.5"
    assert len(fingerprint(frozen)) == 64


def test_an_instant_in_another_zone_is_the_same_instant():
    elsewhere = datetime.fromisoformat("2026-04-06T05:30:00+05:30")
    assert elsewhere == datetime(2026, 4, 6, tzinfo=UTC)
    assert freeze(samples.material(as_of=elsewhere)) == freeze(samples.material())


def test_what_is_at_its_default_is_left_out_so_that_later_fields_change_nothing():
    found = json.loads(freeze(samples.material()))["review"]
    assert "evidence" not in found
    assert "missed" not in found


@dataclass(frozen=True)
class Later:
    """A field of a version to come."""

    name: str
    more: dict[str, int]
    when: datetime | None = None


def test_any_frozen_dataclass_of_plain_values_can_be_a_field():
    later = Later("a", {"b": 1}, datetime(2026, 1, 1, tzinfo=UTC))
    written = snapshot._writer(Later)(later)
    assert snapshot._reader(Later)(json.loads(json.dumps(written))) == later
    assert {field.name for field in fields(Later)} == set(written)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not the data of a review"),
        (b'{"schema":"portal.review","version":2,"review":{}}', "is version 2 .* use a newer one"),
        (b'{"schema":"portal.review","version":1,"review":[]}', "Material is not an object"),
        (b'{"schema":"portal.review","version":1,"review":{}}', "Material lacks account_ref"),
        (b'{"schema":"portal.review","version":1,"review":{"account_ref":7}}', "lacks account"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text, says):
    with pytest.raises(SnapshotFault, match=says):
        thaw(text)


def test_a_wrong_type_deep_inside_is_refused():
    found = json.loads(freeze(full()))
    found["review"]["figures"]["opened"] = "60"
    with pytest.raises(SnapshotFault, match="'60' is not of the type int"):
        thaw(json.dumps(found).encode())
