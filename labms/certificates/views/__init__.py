"""Pages about certificates and notices of failure."""

from labms.certificates.views import changing, issuing, reading
from labms.certificates.views.common import bp

__all__ = ["bp", "changing", "issuing", "reading"]
