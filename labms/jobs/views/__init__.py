"""The pages of orders and jobs."""

from labms.jobs.views import (
    benching,
    measuring,
    ordering,
    reviewing,
    taking_in,
    working,
)
from labms.jobs.views.blueprint import bp

__all__ = [
    "benching",
    "bp",
    "measuring",
    "ordering",
    "reviewing",
    "taking_in",
    "working",
]
