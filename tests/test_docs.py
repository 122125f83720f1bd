"""What people read about the portal names everything there is: commands, events, pages."""

import re
from pathlib import Path

import click
import pytest

from portal import cli
from portal.cases.events import CaseHappening
from portal.events import Happening

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def _commands(group: click.Group, before: str = "portal") -> list[str]:
    found = []
    for name, command in group.commands.items():
        path = f"{before} {name}"
        found += _commands(command, path) if isinstance(command, click.Group) else [path]
    return found


def _kinds(base: type) -> set[str]:
    return {
        name
        for kind in base.__subclasses__()
        for name in (kind.__name__, *_kinds(kind))
        if kind.__module__.startswith("portal.")
    }


def test_every_command_is_described() -> None:
    cli.register()
    told = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [name for name in _commands(cli.portal) if f"`{name}" not in told] == []


def test_every_command_explains_itself_with_an_example() -> None:
    cli.register()
    for path in _commands(cli.portal):
        command: click.Command = cli.portal
        for name in path.split()[1:]:
            assert isinstance(command, click.Group)
            command = command.commands[name]
        assert "Example: portal" in (command.help or ""), path


def test_every_event_is_described() -> None:
    cli.register()
    told = (ROOT / "docs" / "events.md").read_text("utf-8")
    described = set(re.findall(r"^\| `(\w+)`", told, re.MULTILINE))
    assert described == _kinds(Happening) - {CaseHappening.__name__}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_links_to_nothing(page: Path) -> None:
    targets = [page.parent / target for target in LINK.findall(page.read_text("utf-8"))]
    assert [str(target) for target in targets if not target.exists()] == []
