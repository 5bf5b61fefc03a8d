"""The golden files that come with the program."""

from pathlib import Path

DATA = Path(__file__).parent / "data"


def shipped_files() -> tuple[Path, ...]:
    """Return the files, by name."""
    return tuple(sorted(DATA.glob("*.json")))
