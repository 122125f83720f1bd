"""Mapping files: what is read, and one sentence for each thing that is wrong."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.cases.models import Priority, Status
from portal.imports.mapping import MappingError, load_mapping
from portal.imports.stamps import StampFormat

SHIPPED = Path(__file__).parent.parent.parent / "docs" / "mappings"
GOOD = """
name = "desk"
[columns]
case = "Case"
at = "Time"
status = ["State", "Step"]
account = "Firm"
staff = "Who"
[format]
at = "%d.%m.%Y %H:%M"
timezone = "Europe/Rome"
null = ["?"]
[status]
"a/b" = "open"
[priority]
"1" = "urgent"
"""


def load(tmp_path, text):
    file = tmp_path / "map.toml"
    file.write_text(text, "utf-8")
    return load_mapping(file)


def test_a_mapping_file_is_read(tmp_path):
    mapping = load(tmp_path, GOOD)
    assert mapping.name == "desk"
    assert mapping.named_columns == ["Case", "Time", "Firm", "Who", "State", "Step"]
    assert mapping.status == {"a/b": Status.OPEN}
    assert mapping.priority == {"1": Priority.URGENT}
    assert mapping.null == {"?", ""}
    assert (mapping.encoding, mapping.delimiter) == ("utf-8", ",")


@pytest.mark.parametrize("name", ["helpdesk", "bpi2013"])
def test_the_shipped_examples_are_sound(name):
    assert load_mapping(SHIPPED / f"{name}.toml").name == name


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "desk"', "", "map.toml: name: is required and missing"),
        ('"desk"', '"My Desk"', "map.toml: name: use small letters, digits and hyphens"),
        ('"desk"', "7", "map.toml: name: must be a text that is not empty"),
        ('case = "Case"', "", "map.toml: columns.case: is required and missing"),
        ("staff =", "worker =", "map.toml: columns.worker: unknown key; known are account"),
        ('["State", "Step"]', "[1]", "map.toml: columns.status: must be a list of texts"),
        ('["State", "Step"]', "[]", "map.toml: columns.status: names no column"),
        ("Europe/Rome", "Rome", 'map.toml: format.timezone: "Rome" is not an IANA zone'),
        ('"%d.%m.%Y %H:%M"', '"DD.MM"', "map.toml: format.at: give a strptime format"),
        (
            "[format]",
            '[format]\nencoding = "base64"',
            'map.toml: format.encoding: "base64" is not known',
        ),
        ("[format]", '[format]\ndelimiter = ";;"', "map.toml: format.delimiter: must be one"),
        ("[format]", "[format]\nskip = 1", "map.toml: format.skip: unknown key"),
        ('null = ["?"]', 'null = "?"', "map.toml: format.null: must be a list of texts"),
        ('"open"', '"opened"', 'map.toml: status."a/b": must be one of open, in_progress'),
        ('"a/b" = "open"', "", "map.toml: [status]: maps no value"),
        ('"urgent"', '"1st"', 'map.toml: priority."1": must be one of low, normal, high, urgent'),
        ("[priority]", "[urgency]", "map.toml: urgency: unknown key"),
        ("[columns]", "[columns", "map.toml: not valid TOML"),
    ],
)
def test_each_fault_is_one_sentence_with_key_and_file(tmp_path, old, new, sentence):
    with pytest.raises(MappingError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_mapping_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "map.toml"
    file.write_bytes('name = "é"'.encode("latin-1"))
    with pytest.raises(MappingError, match=r"map\.toml: must be encoded as UTF-8"):
        load_mapping(file)


ROME = StampFormat("%Y-%m-%d %H:%M", ZoneInfo("Europe/Rome"))


@pytest.mark.parametrize(
    ("text", "instant", "oddity"),
    [
        ("2026-01-15 12:00", datetime(2026, 1, 15, 11, 0, tzinfo=UTC), ""),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "twice"),
        ("2026-03-29 02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "never"),
    ],
)
def test_wall_times_become_instants_clock_changes_included(text, instant, oddity):
    assert ROME.read(text) == (instant, oddity)


def test_stamps_with_a_zone_keep_it():
    iso = StampFormat("iso", ZoneInfo("Europe/Rome"))
    assert iso.read("2012-03-15 11:53:52+01:00")[0] == datetime(2012, 3, 15, 10, 53, 52, tzinfo=UTC)
    assert iso.read("2012-03-15T11:53:52")[0] == datetime(2012, 3, 15, 10, 53, 52, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-02-30 10:00", "2026-13-01 10:00", "yesterday", ""])
def test_impossible_dates_raise(text):
    with pytest.raises(ValueError):
        ROME.read(text)
