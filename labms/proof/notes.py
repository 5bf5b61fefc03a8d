"""Signed notes: a text, an empty line, and signatures that name their keys.

Keys are written as texts too, public ones as `name+id+key` and private ones with a
mark in front, as other programs for such notes read them.

Source: C2SP signed-note (c2sp.org/signed-note), Ed25519 (signature type 0x01).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from labms.errors import Invalid
from labms.i18n import N_

ED25519 = b"\x01"
_DASH = "\u2014"
_PRIVATE = "PRIVATE+KEY+"
#: Longer ones are nobody's note.
LONGEST_NOTE = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class BadNote(Invalid):
    """The text is not a note at all, or its signature is not right."""

    code = "proof.bad_note"
    message = N_("This is not a note that the key signed: {problem}")


class BadKey(Invalid):
    """The text is not a key of a log."""

    code = "proof.bad_key"
    message = N_("This is not a key of a log: {problem}")


def decoded(text: str) -> bytes:
    """Return what a text in base 64 says. Raises ValueError for any other text."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base 64") from error
    if encoded(data) != text:
        raise ValueError("not base 64 as it is written")
    return data


def encoded(data: bytes) -> str:
    """Return bytes in base 64."""
    return base64.b64encode(data).decode("ascii")


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]


def check_name(name: str) -> str:
    """Return the name of a key. Raises BadKey for one that no note may have."""
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise BadKey(problem=f"“{name}”")
    return name


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody needs to check the signatures of one log."""

    name: str
    key: bytes
    """32 bytes, as in RFC 8032."""

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys apart; nothing rests on them."""
        return _key_id(self.name, self.key)

    def __str__(self) -> str:
        """Return it as it is printed and kept."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(ED25519 + self.key)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key that was printed. Raises BadKey."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise BadKey(problem=N_("it has not three parts"))
        name, key_id, data = parts
        key = _key_of(data)
        found = cls(check_name(name), key)
        if found.key_id.hex() != key_id:
            raise BadKey(problem=N_("its parts don't belong together"))
        return found

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Whether this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs for a log; it never leaves its file."""

    public: PublicKey
    _seed: bytes = field(repr=False)
    _signer: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def of(cls, name: str, seed: bytes) -> Self:
        """Return the key of a seed of 32 bytes."""
        signer = Ed25519PrivateKey.from_private_bytes(seed)
        public = signer.public_key().public_bytes_raw()
        return cls(PublicKey(check_name(name), public), seed, signer)

    @classmethod
    def new(cls, name: str) -> Self:
        """Return a new key, from the system's source of randomness."""
        return cls.of(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key from its file's text. Raises BadKey, and never tells the text."""
        line = text.strip()
        parts = line.removeprefix(_PRIVATE).split("+", 2)
        if not line.startswith(_PRIVATE) or len(parts) != 3:
            raise BadKey(problem=N_("it is no private key"))
        found = cls.of(check_name(parts[0]), _key_of(parts[2]))
        if found.public.key_id.hex() != parts[1]:
            raise BadKey(problem=N_("its parts don't belong together"))
        return found

    def renamed(self, name: str) -> Self:
        """Return the same key under another name."""
        return self.of(name, self._seed)

    def secret_text(self) -> str:
        """Return the text of the key's file."""
        data = encoded(ED25519 + self._seed)
        return f"{_PRIVATE}{self.public.name}+{self.public.key_id.hex()}+{data}\n"

    def sign(self, text: str) -> bytes:
        """Return the signature over the text of a note."""
        return self._signer.sign(text.encode())


def _key_of(data: str) -> bytes:
    try:
        key = decoded(data)
    except ValueError as error:
        raise BadKey(problem=N_("it is not written in base 64")) from error
    if len(key) != 33 or key[:1] != ED25519:
        raise BadKey(problem=N_("it is not of the kind Ed25519"))
    return key[1:]


def signed(text: str, signatures: Iterable[tuple[PublicKey, bytes]]) -> str:
    """Return the note of a text and what keys signed it with."""
    lines = [
        f"{_DASH} {key.name} {encoded(key.key_id + signature)}\n"
        for key, signature in signatures
    ]
    return f"{text}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note's text, and who signed it of those who are known."""

    text: str
    signers: tuple[PublicKey, ...]
    others: tuple[str, ...]
    """Names of keys that are not known, of whose signatures nothing can be said."""

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.splitlines()


def open_note(note: str, keys: Iterable[PublicKey]) -> OpenedNote:
    """Return what a note says and which of `keys` signed it: none, if none did.

    Raises BadNote for what is no note, and when a known key did not make what bears
    its name: such a note is rejected whole.
    """
    text, signatures = _parted(note)
    known = {(key.name, key.key_id): key for key in keys}
    signers, others = [], []
    for name, key_id, signature in signatures:
        key = known.get((name, key_id))
        if key is None:
            others.append(name)
        elif key.verifies(signature, text.encode()):
            signers.append(key)
        else:
            raise BadNote(problem=N_("the signature does not fit the text"))
    return OpenedNote(text, tuple(signers), tuple(others))


def _parted(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    if len(note) > LONGEST_NOTE or _CONTROLS.search(note):
        raise BadNote(problem=N_("it is too long, or not plain text"))
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote(problem=N_("it has no signature"))
    found = []
    for line in below[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, data = rest.partition(" ")
        try:
            raw = decoded(data)
        except ValueError as error:
            raise BadNote(problem=N_("a signature cannot be read")) from error
        if dash != _DASH or not name or len(raw) < 5:
            raise BadNote(problem=N_("a signature cannot be read"))
        found.append((name, raw[:4], raw[4:]))
    return text + "\n", found
