"""Where the source is."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LABMS = ROOT / "labms"
TEMPLATES = ROOT / "templates"


def modules() -> list[Path]:
    """Every module of the program."""
    return sorted(LABMS.rglob("*.py"))


@cache
def calls() -> list[tuple[Path, ast.Call]]:
    """Every call in the program, and the module that makes it."""
    return [
        (path, node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]


def templates() -> list[Path]:
    """Every template."""
    return sorted(TEMPLATES.rglob("*.html"))


def texts_of_the_project() -> list[tuple[str, str]]:
    """Every file of the project that is text: its name, and what is in it."""
    names = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
    )
    if names.returncode == 0:
        paths = [ROOT / name for name in names.stdout.decode().split("\0") if name]
    else:  # unpacked without its history
        paths = [
            path
            for path in ROOT.rglob("*")
            if not set(path.relative_to(ROOT).parts) & {".venv", "instance", ".git"}
        ]
    found = []
    for path in paths:
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")))
        except (UnicodeDecodeError, OSError):
            continue
    return found
