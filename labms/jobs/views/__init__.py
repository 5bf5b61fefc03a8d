"""The pages of orders and jobs."""

from labms.jobs.views import measuring, ordering, reviewing, working
from labms.jobs.views.blueprint import bp

__all__ = ["bp", "measuring", "ordering", "reviewing", "working"]
