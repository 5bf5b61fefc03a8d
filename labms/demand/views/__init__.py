"""The pages of the demand; importing them gives the blueprint its routes."""

from labms.demand.views import figures, files, tables
from labms.demand.views.figures import bp

__all__ = ["bp", "figures", "files", "tables"]
