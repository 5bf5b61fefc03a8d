"""Pages about work on the tasks of a plan."""

from flask import Blueprint

from labms.tasks.views import assessing, items, money, reached

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
for _part in (items, money, reached, assessing):
    _part.register(bp)
