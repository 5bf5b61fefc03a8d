"""Where the audit trail ended, as the log's key signed it.

The first line names the trail and not the log, so that neither text can pass for the
other.
"""

from collections.abc import Iterable

from labms.audit.queries import Checkpoint
from labms.i18n import N_
from labms.proof.checkpoints import UnknownKey, whole_number
from labms.proof.notes import BadNote, PublicKey, open_note

_NAME = "/audit"


def trail_text(name: str, size: int, digest: str) -> str:
    """Return the text that is signed: of which trail, its size, its last hash."""
    return f"{name}{_NAME}\n{size}\n{digest}\n"


def open_trail_note(note: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """Return a trail's checkpoint that one of the keys signed.

    Raises BadNote, or UnknownKey.
    """
    opened = open_note(note, keys)
    try:
        name, size, digest = opened.lines
        found = Checkpoint(whole_number(size), digest)
    except ValueError as error:
        raise BadNote(problem=N_("it is no checkpoint")) from error
    if any(key.name + _NAME == name for key in opened.signers):
        return found
    raise UnknownKey(name=", ".join(opened.others) or name)
