"""Pages for everybody, without signing in; and for those who examine what they say."""

from labms.public.views import instruments, lookup, reporting, verifying
from labms.public.views.lookup import bp

__all__ = ["bp", "instruments", "lookup", "reporting", "verifying"]
