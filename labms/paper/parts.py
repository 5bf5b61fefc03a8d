"""What all documents say: the body, the instrument, whose it is, who signs."""

from typing import Literal, NotRequired, TypedDict


class BodyContent(TypedDict):
    """The body that answers for the document."""

    name: str
    parent: NotRequired[str]
    """The authority above it, printed over its name; none for a company."""
    name_en: NotRequired[str]
    address: str
    phone: NotRequired[str]
    registration_number: str
    """Số đăng ký, of its certificate of registration."""
    logo: NotRequired[str]
    """SHA-256 of the picture, a PNG, in hex."""
    designation_number: str
    """Of the decision that designates it for this field (số quyết định chỉ định)."""


class ValueContent(TypedDict):
    """One named value: a characteristic, or a condition of the environment."""

    name_vi: str
    name_en: NotRequired[str]
    value: str
    key: NotRequired[str]
    """This and the rest of a condition, for machines: decimals with a point."""
    low: NotRequired[str]
    high: NotRequired[str]
    unit: NotRequired[str]


class InstrumentContent(TypedDict):
    """The instrument, as it stands on the bench."""

    name_vi: str
    name_en: NotRequired[str]
    model: str
    """Kiểu."""
    serial: str
    maker: str
    made_in: NotRequired[str]
    """Country of the factory."""
    made_year: NotRequired[str]
    type_approval: NotRequired[str]
    """Number of the decision of type approval (phê duyệt mẫu)."""
    characteristics: list[ValueContent]


class OwnerContent(TypedDict):
    """The legal or natural person that uses the instrument (cơ sở sử dụng)."""

    name: str
    address: str


class MethodContent(TypedDict):
    """The procedure: "ĐLVN 30 : 2019" and its title."""

    number: str
    title: str
    title_en: NotRequired[str]


class StandardContent(TypedDict):
    """One standard that was used, with the certificate that it stood on."""

    name: str
    inventory_number: str
    serial: str
    certificate_number: str
    issuer: str
    due_on: str
    """Last day of its certificate; empty if it has none."""
    maker: NotRequired[str]
    """For machines, as all that follows."""
    model: NotRequired[str]
    calibrated_on: NotRequired[str]
    file_hash: NotRequired[str]
    """SHA-256 of the file of its certificate; empty without one."""
    is_root: NotRequired[bool]
    above: NotRequired[list["AboveContent"]]
    """What it was calibrated against, step by step; empty at the end of the chain."""


class AboveContent(TypedDict):
    """A standard further up the chain, with the certificate that was relied on."""

    name: str
    certificate_number: str
    issuer: str
    calibrated_on: str
    due_on: str
    file_hash: str
    is_root: bool
    above: list["AboveContent"]


class MachineContent(TypedDict):
    """What a digital certificate needs and no paper shows."""

    software: str
    location: Literal["laboratory", "other"]
    is_enclosed: NotRequired[bool]
    """Whether a verification carries its digital certificate in its file."""


class PerformerContent(TypedDict):
    """Who did the measurements."""

    name: str
    card_number: NotRequired[str]
    """Of the verifier card (thẻ kiểm định viên)."""


class HeadContent(TypedDict):
    """Who signs for the body."""

    name: str
    title: str
    """As printed over the signature, "GIÁM ĐỐC" or "KT. GIÁM ĐỐC\\nPHÓ GIÁM ĐỐC"."""


class SignatureContent(TypedDict):
    """How the file is signed electronically; without it the paper is, by hand."""

    way: Literal["token", "server"]
    signer: NotRequired[str]
    """Whose key signs on the server."""
    is_trial: NotRequired[bool]
    """Whether nobody outside vouches for the key."""
    is_ahead: NotRequired[bool]
    """Whether nothing is signed yet: a preview."""


class LookupContent(TypedDict):
    """Where anybody finds today's state of the document."""

    url: str
    """The whole address with the secret code, as it stands in the QR code."""
    host: str
    """The host alone, printed as the only one to trust."""
