"""Which commune is meant by a key, a code or a name, as on a day."""

from datetime import date

import sqlalchemy as sa

from labms.db import db
from labms.places.models import Commune
from labms.text import fold


class CommuneFinder:
    """Finds communes among all, old and new, that were read once."""

    def __init__(self) -> None:
        self._found: dict[str, list[Commune]] = {}
        for commune in db.session.scalars(sa.select(Commune).order_by(Commune.key)):
            bare = commune.folded.split(" ", 1)[-1]  # without "xã" or "phường"
            for name in {commune.key, commune.code, commune.folded, bare}:
                self._found.setdefault(name, []).append(commune)

    def __call__(self, text: str, day: date) -> list[str]:
        """Return the keys of all communes that may be meant; a key means itself."""
        found = self._found.get(text) or self._found.get(fold(text)) or []
        return [
            commune.key
            for commune in found
            if commune.key == text
            or (
                (commune.valid_from is None or commune.valid_from <= day)
                and (commune.valid_until is None or commune.valid_until >= day)
            )
        ]
