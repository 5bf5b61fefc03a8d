"""What was found out about one signature in a file."""

from dataclasses import dataclass
from datetime import UTC, datetime

from labms.signing.rules import Added, Coverage, Trust

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFound:
    """One signature or document time stamp; names are perhaps a natural person's.

    Of one that is too broken to be read only the field is known: it is not intact.
    """

    field: str
    is_timestamp: bool = False
    """A time stamp over the whole document, by an authority; nobody's signature."""
    signer: str = ""
    """The common name in the certificate, as it stands there."""
    organisation: str = ""
    issuer: str = ""
    """Who vouches for the certificate."""
    certificate: bytes = b""
    """The signer's certificate (DER)."""
    valid_from: datetime = _NEVER
    valid_until: datetime = _NEVER
    claimed_at: datetime | None = None
    """When, as the signer's own machine says."""
    stamped_at: datetime | None = None
    """When it was there already, as an authority says that is trusted here."""
    has_stamp: bool = False
    """Whether a time stamp is within the signature, whoever gave it."""
    intact: bool = False
    """No byte that it covers changed since, and the key of the certificate made it."""
    trust: Trust = Trust.UNTOLD
    covers: Coverage = Coverage.PART
    added: Added = Added.CONTENT
    covered_to: int = 0
    """Up to which byte of the file it speaks for."""

    @property
    def is_sound(self) -> bool:
        """Whether it holds for all that a reader is shown, whoever signed."""
        return (
            self.intact
            and self.covers is not Coverage.PART
            and self.added is not Added.CONTENT
        )

    @property
    def is_good(self) -> bool:
        """Whether it is sound, and its signer known."""
        return self.is_sound and self.trust is Trust.TRUSTED

    def was_in_date(self, moment: datetime) -> bool:
        """Whether the signer's certificate was within its dates at a moment."""
        return self.valid_from <= moment <= self.valid_until
