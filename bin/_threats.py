"""List the threats (T1 to T40) and faults (X1 to X17) that no test proves yet."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
KNOWN = [f"T{n}" for n in range(1, 41)] + [f"X{n}" for n in range(1, 18)]


def proven() -> set[str]:
    """Every id that stands in a `proves(...)` mark."""
    marks = (
        re.findall(r"proves\(([^)]*)\)", path.read_text("utf-8"))
        for path in TESTS.rglob("test_*.py")
    )
    return {
        identifier
        for found in marks
        for mark in found
        for identifier in re.findall(r"[TX]\d+", mark)
    }


if __name__ == "__main__":
    print("  " + (" ".join(name for name in KNOWN if name not in proven()) or "none"))
