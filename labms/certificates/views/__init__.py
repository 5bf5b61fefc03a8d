"""Pages about certificates and notices of failure."""

from labms.certificates.views import (
    changing,
    correcting,
    doubting,
    holding,
    issuing,
    reading,
    signatures,
    standards,
    stickers,
    twins,
)
from labms.certificates.views.document import bp

__all__ = [
    "bp",
    "changing",
    "correcting",
    "doubting",
    "holding",
    "issuing",
    "reading",
    "signatures",
    "standards",
    "stickers",
    "twins",
]
