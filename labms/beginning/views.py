"""The page of a new instance: what to do next."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms.beginning.steps import Step, steps
from labms.policy import ROLE_NAMES, Permission, Role, allowed
from labms.web.access import current_actor, requires

bp = Blueprint("beginning", __name__, url_prefix="/beginning")

#: Who is led through the steps: those who can take them.
LED = frozenset({Role.ADMINISTRATOR, Role.QUALITY_MANAGER})


@bp.get("/")
@requires(Permission.BODY_EDIT)
def index() -> ResponseReturnValue:
    """The steps to the first certificate, with what is done ticked off."""
    return render_template(
        "beginning/index.html",
        steps=steps(current_actor()),
        is_open=is_open,
        role_names=ROLE_NAMES,
    )


def is_open(step: Step) -> bool:
    """Return whether this person may open the page of a step."""
    needed = getattr(current_app.view_functions[step.endpoint], "access", None)
    return not isinstance(needed, Permission) or allowed(current_actor(), needed)


def leads() -> bool:
    """Return whether somebody who signs in is led here: as long as steps are left."""
    if not current_user.roles & LED:
        return False
    return any(not step.is_done for step in steps(current_actor()))
