"""What a result was made with: a name for the code behind it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def code_of(root: Path, patterns: Iterable[str]) -> str:
    """Return what stands for the content of files below a folder, as 64 hex digits."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for file in sorted(root.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
