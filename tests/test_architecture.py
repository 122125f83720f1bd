"""What the import contracts cannot say: sizes, names, and to whom views and forms belong."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for path in (ROOT / "portal").rglob("*.py")
    if "versions" not in path.parts and "_assets" not in path.parts
)
OWN_TO_THEIR_PACKAGE = ("views", "forms")
WHO_REGISTERS_VIEWS = ("wiring", "app")
NAMES_THAT_SAY_NOTHING = ("utils", "helpers", "services", "common", "misc", "util", "helper")
FUNCTION, VIEW, FILE = 40, 15, 300
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _named(*stems: str) -> list[Path]:
    return [path for path in SOURCES if path.stem in stems]


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, Function))


def _length(node: Function) -> int:
    """Lines from `def` to the end, the docstring left out."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _is_view(node: Function) -> bool:
    calls = (decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "post") for call in calls
    )


def _where(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def _none(faults: list[str]) -> None:
    assert not faults, "\n" + "\n".join(faults)


def test_files_stay_small() -> None:
    """Else split one by a noun of the trade."""
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    _none([f"{_where(path)}: {lines} lines" for path, lines in lengths.items() if lines > FILE])


def test_functions_and_views_stay_small() -> None:
    _none(
        [
            f"{_where(path, node)}: {node.name} has {_length(node)} lines"
            for path in SOURCES
            for node in _functions(path)
            if _length(node) > (VIEW if _is_view(node) else FUNCTION)
        ]
    )


def test_names_say_what_is_inside() -> None:
    _none([_where(path) for path in _named(*NAMES_THAT_SAY_NOTHING)])


def test_views_and_forms_belong_to_their_package() -> None:
    faults = []
    for path in SOURCES:
        package = path.relative_to(ROOT / "portal").parts[0].removesuffix(".py")
        for name in _imported(path):
            parts = name.split(".")
            if parts[0] != "portal" or len(parts) < 3 or parts[2] not in OWN_TO_THEIR_PACKAGE:
                continue
            if parts[1] not in (package, "web") and package not in WHO_REGISTERS_VIEWS:
                faults.append(f"{_where(path)}: {name}")
    _none(faults)


def test_features_leave_the_transaction_to_routes_and_commands() -> None:
    _none(
        [
            f"{_where(path, node)}: {node.attr}"
            for path in _named("views", "operations", "queries", "policy", "forms", "reactions")
            for node in ast.walk(_tree(path))
            if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
        ]
    )


def test_a_policy_asks_neither_database_nor_request() -> None:
    forbidden = ("sqlalchemy", "flask", "portal.db")
    paths = _named("policy")
    _none(
        [
            f"{_where(path)}: {name}"
            for path in paths
            for name in _imported(path)
            if name.startswith(forbidden)
        ]
    )


def test_a_view_holds_no_sql() -> None:
    paths = _named("views", "forms")
    _none(
        [
            f"{_where(path)}: {name}"
            for path in paths
            for name in _imported(path)
            if name.startswith("sqlalchemy")
        ]
    )


def test_public_functions_of_queries_operations_and_policy_say_what_they_do() -> None:
    _none(
        [
            f"{_where(path, node)}: {node.name} has no docstring"
            for path in _named("queries", "operations", "policy")
            for node in _tree(path).body
            if isinstance(node, Function) and not node.name.startswith("_")
            if ast.get_docstring(node) is None
        ]
    )


def test_the_repository_names_no_machine() -> None:
    """Whoever clones it has other paths and other mirrors."""
    telling = (
        "/ro" + "ot/",
        "/ho" + "me/",
        "/wo" + "rk/",
        "files.python" + "hosted",
        "pypi" + ".org",
    )
    kinds = (".py", ".toml", ".md", ".txt", ".html", ".css", ".js", ".cfg", ".lock", ".po", "")
    skipped = {".git", ".venv", "instance", "vendor", "__pycache__"}
    faults = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = parts[0].startswith(".") and parts[0] != ".ci"
        if hidden or skipped & set(parts) or path.suffix not in kinds or not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        faults += [f"{_where(path)}: {word}" for word in telling if word in text]
    _none(faults)
