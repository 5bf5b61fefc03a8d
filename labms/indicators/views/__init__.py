"""The pages of the figures; importing them gives the blueprint its routes."""

from labms.indicators.views import back, capability, figures, frozen
from labms.indicators.views.asking import bp

__all__ = ["back", "bp", "capability", "figures", "frozen"]
