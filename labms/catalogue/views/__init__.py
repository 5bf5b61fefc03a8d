"""The pages of the catalogue: types, releases, and corrections by a body."""

from labms.catalogue.views import corrections, drafts, kinds, parts, releases
from labms.catalogue.views.blueprint import bp

__all__ = ["bp", "corrections", "drafts", "kinds", "parts", "releases"]
