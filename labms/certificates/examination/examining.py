"""Is this file what was issued? Answered from the public key alone, and the log if any.

What lies in the file says what was frozen; the proof beside it says that the log had
it; the log's signature says whose log it is. Then the pages are drawn once more from
those words and compared with the file, byte by byte. Nothing of a file is believed that
the key does not vouch for. No database is needed, no network, no settings.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from labms.certificates.enclosing import (
    CONTENT,
    LOGO,
    PROOF,
    TRAIL,
    drawn_by,
    enclosed,
    names_logo,
    twin_found,
)
from labms.certificates.examination.changed import in_additions, in_rewriting, is_sealed
from labms.certificates.examination.examined import Examination, Log
from labms.certificates.examination.faults import SINCE, Fault
from labms.certificates.examination.opened import (
    NotReadable,
    Opened,
    has_another,
    why_not_readable,
)
from labms.certificates.life import HOLD_REASONS
from labms.certificates.pdf import draw
from labms.certificates.rules import REVOCATION_REASONS
from labms.errors import LabError
from labms.filestore import hash_of
from labms.proof.checkpoints import (
    BadProof,
    Proof,
    UnknownKey,
    open_checkpoint,
    read_proof,
)
from labms.proof.merkle import leaf_hash
from labms.proof.notes import BadNote, PublicKey
from labms.proof.rules import Entry, LogEvent, document_id
from labms.proof.trail import open_trail_note
from labms.signing.reading import signatures_of

#: What entries about a doubt come to; None: it is gone.
_DOUBTS: Mapping[str, Fault | None] = {
    LogEvent.SUSPEND.value: Fault.SUSPENDED,
    LogEvent.REVIEW.value: Fault.UNDER_REVIEW,
    LogEvent.LIFT.value: None,
}


def examine(
    data: bytes,
    *,
    keys: Iterable[PublicKey],
    cache_dir: Path,
    log: Log | None = None,
    trust_roots: Iterable[bytes] = (),
) -> Examination:
    """Return everything that is wrong with a file, or nothing if it is genuine.

    `keys` are those of logs that are believed, `trust_roots` the authorities (DER) of
    signatures. With a `log` it is also told what became of the document. `cache_dir`
    keeps the typefaces.
    """
    found = Examination(hash_of(data))
    if log is not None:
        _look_up_file(found, log)
    try:
        opened = Opened(data)
    except NotReadable as error:
        if not found.is_logged:
            found.add(why_not_readable(data, error))
    else:
        _Examining(found, data, opened, list(keys), log).all(cache_dir, trust_roots)
    if log is not None and found.document:
        _tell_what_became(found, log)
    return found


def _look_up_file(found: Examination, log: Log) -> None:
    document = log.document_of(found.file)
    if document:
        found.document, found.is_logged = document, True
        files = [
            one.file
            for _, one in log.about(document)
            if one.event == LogEvent.FILE.value
        ]
        found.is_newest = files[-1] == found.file


class _Examining:
    """One file, step by step."""

    def __init__(
        self,
        found: Examination,
        data: bytes,
        opened: Opened,
        keys: list[PublicKey],
        log: Log | None,
    ) -> None:
        self._found = found
        self._data = data
        self._opened = opened
        self._keys = keys
        self._log = log
        #: As it was issued: what was added later is looked at by itself.
        self._inside = opened.first.inside

    def all(self, cache_dir: Path, trust_roots: Iterable[bytes]) -> None:
        found = self._found
        if CONTENT not in self._inside and PROOF not in self._inside:
            if not found.is_logged:
                found.add(Fault.NOT_OURS)
            return
        self._read_content()
        if PROOF not in self._inside:
            found.add(Fault.PROOF_MISSING)
        else:
            self._check_proof()
        if found.entry is not None:
            self._check_entry(found.entry)
        roots = list(trust_roots)
        if not found.is_logged:
            self._check_pages(cache_dir, roots)
        elif self._opened.count > 1:
            with suppress(LabError):
                found.signatures = signatures_of(self._data, roots)

    def _read_content(self) -> None:
        try:
            content = json.loads(self._inside.get(CONTENT, b""))
        except (ValueError, RecursionError):
            content = None
        if isinstance(content, dict):
            self._found.content = content
        else:
            self._found.add(Fault.CONTENT_ALTERED)

    def _check_proof(self) -> None:
        """Believe the entry in the proof if a known log has it."""
        found = self._found
        try:
            proof = read_proof(self._inside[PROOF].decode())
            entry = Entry.read(proof.extra)
        except (BadProof, UnicodeDecodeError, ValueError, RecursionError):
            found.add(Fault.PROOF_UNREADABLE)
            return
        try:
            checkpoint, key = open_checkpoint(proof.checkpoint, self._keys)
        except UnknownKey as error:
            found.add(Fault.KEY_UNKNOWN, name=error.details["name"])
            return
        except BadNote:
            found.add(Fault.CHECKPOINT_FORGED)
            return
        if not proof.leads_to(checkpoint, leaf_hash(proof.extra)):
            found.add(Fault.PROOF_DOES_NOT_FIT)
            return
        found.entry, found.checkpoint, found.key = entry, checkpoint, key
        found.position = proof.index
        self._check_log(proof)

    def _check_log(self, proof: Proof) -> None:
        if self._log is None or proof.index >= self._log.size:
            return  # a log from before the document knows nothing of it
        if self._log.leaf(proof.index) != leaf_hash(proof.extra):
            self._found.add(Fault.LOG_DIFFERS)

    def _check_entry(self, entry: Entry) -> None:
        """Compare what lies in the file with what the log says of the document."""
        found = self._found
        content = self._inside.get(CONTENT, b"")
        if hash_of(content) != entry.content:
            is_another = found.code and document_id(found.code) != entry.id
            found.add(Fault.PROOF_OF_ANOTHER if is_another else Fault.CONTENT_ALTERED)
        elif entry.event != LogEvent.ISSUE.value or (
            document_id(found.code) != entry.id
        ):
            found.add(Fault.PROOF_OF_ANOTHER)
        else:
            found.document = entry.id
        twins = [hash_of(self._inside[name]) for name in self._others()]
        if entry.dcc and entry.dcc not in twins:
            found.add(Fault.TWIN_ALTERED)
        self._check_trail(entry)

    def _check_trail(self, entry: Entry) -> None:
        note = self._inside.get(TRAIL)
        try:
            if entry.trail != ((note and self._trail_in(note)) or ""):
                self._found.add(Fault.TRAIL_ALTERED)
        except (LabError, UnicodeDecodeError):
            self._found.add(Fault.TRAIL_ALTERED)

    def _trail_in(self, note: bytes) -> str:
        end = open_trail_note(note.decode(), self._keys)
        return end.hash if end.size else ""

    def _others(self) -> list[str]:
        known = {CONTENT, PROOF, TRAIL}
        if names_logo(self._found.content, self._inside.get(LOGO, b"")):
            known.add(LOGO)
        return sorted(self._inside.keys() - known)

    # --- the pages -------------------------------------------------------------

    def _check_pages(self, cache_dir: Path, trust_roots: list[bytes]) -> None:
        found = self._found
        ours = self._drawn(cache_dir)
        if ours is None:
            return
        sealed = is_sealed(found.content)
        if self._data == ours:
            if sealed:  # its own words say that it was never issued without
                found.add(Fault.SIGNATURE_MISSING)
            return
        is_whole = self._data.startswith(ours)
        if is_whole and has_another(self._data[len(ours) :]):
            found.add(Fault.TWO_IN_ONE)
            return
        made, here = found.entry and found.entry.program, drawn_by()
        if not is_whole and made and made != here:
            found.add(Fault.NOT_COMPARABLE, made=made, here=here)
            return
        try:
            found.signatures = signatures_of(self._data, trust_roots)
        except LabError:
            if is_whole:
                found.add(Fault.EXTENDED)
                return
        signatures, before = found.signatures, found.faults
        found.add_all(
            in_additions(ours, self._data, self._opened, signatures, sealed=sealed)
            if is_whole
            else in_rewriting(
                ours,
                self._data,
                self._opened,
                signatures,
                sealed=sealed,
                before=before,
            )
        )

    def _drawn(self, cache_dir: Path) -> bytes | None:
        """Return the file as it is made of what lies in it; None if nothing is."""
        content = self._found.content
        if content is None:
            return None
        twin = None
        for name in self._others():
            twin = twin_found(content, name, self._inside[name])
            if twin is None:
                self._found.add(Fault.STRANGE_FILE, name=name)
        try:
            inside = enclosed(
                self._inside[CONTENT].decode(),
                twin=twin,
                proof=self._inside.get(PROOF, b"").decode(),
                trail=self._inside.get(TRAIL, b"").decode(),
                logo=self._inside.get(LOGO, b""),
            )
            return draw(content, cache_dir=cache_dir, attachments=inside)
        except Exception:  # words that nobody issued may be of any shape
            self._found.add(Fault.CONTENT_ALTERED)
            return None


def _tell_what_became(found: Examination, log: Log) -> None:
    """Note what the log says of the document since, and of its files."""
    about = log.about(found.document)
    found.is_followed = bool(about)
    for _, entry in about:
        day = f"{entry.day:%d/%m/%Y}"
        if entry.event == LogEvent.REVOKE.value:
            found.add(Fault.REVOKED, day=day, reason=_reason(entry.reason))
        elif entry.event == LogEvent.SUPERSEDE.value:
            found.add(Fault.SUPERSEDED, day=day)
        elif entry.event == LogEvent.VOID.value:
            found.add(Fault.VOID, day=day)
    if SINCE.isdisjoint(found.faults):
        _tell_doubt(found, [entry for _, entry in about])
    files = [one.file for _, one in about if one.event == LogEvent.FILE.value]
    is_as_issued = found.is_genuine or found.is_unaltered
    if files and not found.is_logged and is_as_issued:
        found.add(Fault.FILE_NOT_LOGGED)


def _tell_doubt(found: Examination, entries: Sequence[Entry]) -> None:
    """Note the last word about a doubt, unless that was that it is gone."""
    words = [one for one in entries if one.event in _DOUBTS]
    fault = _DOUBTS[words[-1].event] if words else None
    if fault is not None:
        day = f"{words[-1].day:%d/%m/%Y}"
        found.add(fault, day=day, reason=_reason(words[-1].reason))


def _reason(code: str) -> str:
    """Return what a code in the log means; one of later years stays a code."""
    for words in (REVOCATION_REASONS, HOLD_REASONS):
        for value, text in words.items():
            if value == code:
                return text
    return code
