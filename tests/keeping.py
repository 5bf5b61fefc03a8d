"""What takes long to make, and is kept from one run of the tests to the next."""

import getpass
import tempfile
from pathlib import Path


def kept_fonts() -> Path:
    """Return the folder of the faces; their names carry the hash of what they are."""
    return _kept("fonts")


def kept_templates() -> Path:
    """Return the folder of the compiled templates; they know what they came from."""
    return _kept("templates")


def kept_texts() -> Path:
    """Return the folder of what is said in each file of the source."""
    return _kept("texts")


def _kept(what: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"labms-{what}-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
