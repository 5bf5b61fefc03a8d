"""Which program drew a file: told from the code that draws and its libraries."""

import shutil
from pathlib import Path

import pytest

import labms
from labms.certificates.enclosing import SOURCES, drawn_by
from labms.program import code_of


def drawing_code(package: Path) -> str:
    """Return the name of the code that draws in a package."""
    return code_of(package, SOURCES)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the folders that draw, and of one that does not."""
    own = Path(labms.__file__).parent
    for folder in ("paper", "certificates", "metrology", "bulk"):
        shutil.copytree(own / folder, tmp_path / folder)
    return tmp_path


def test_the_same_code_draws_under_the_same_name(package: Path) -> None:
    assert drawing_code(package) == drawing_code(Path(labms.__file__).parent)
    assert drawn_by().startswith(f"{labms.__version__}-")


@pytest.mark.parametrize(
    "file", ["paper/particulars.py", "certificates/pdf.py", "metrology/decimals.py"]
)
def test_code_that_draws_otherwise_has_another_name(package: Path, file: str) -> None:
    before = drawing_code(package)

    changed = package / file
    changed.write_text(changed.read_text("utf-8") + "# otherwise\n", "utf-8")

    assert drawing_code(package) != before


def test_what_does_not_draw_changes_nothing(package: Path) -> None:
    before = drawing_code(package)

    changed = package / "bulk" / "rules.py"
    changed.write_text(changed.read_text("utf-8") + "# otherwise\n", "utf-8")

    assert drawing_code(package) == before
