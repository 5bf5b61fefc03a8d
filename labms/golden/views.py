"""Golden numbers: what an assessor can have worked out again."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from labms.golden.comparing import Standing
from labms.golden.queries import golden_file, golden_files, outcomes_of, shown
from labms.policy import Permission
from labms.web.access import requires

bp = Blueprint("golden", __name__, url_prefix="/golden")


@bp.get("/")
@requires(Permission.CATALOGUE_READ)
def index() -> ResponseReturnValue:
    """List the files of worked examples."""
    return render_template("golden/index.html", files=golden_files())


@bp.get("/<golden_name>")
@requires(Permission.CATALOGUE_READ)
def show(golden_name: str) -> ResponseReturnValue:
    """Show one file, every example worked out from its inputs."""
    outcomes = outcomes_of(golden_name)
    return render_template(
        "golden/show.html",
        file=golden_file(golden_name),
        examples=[shown(outcome) for outcome in outcomes],
        agreeing=sum(outcome.agrees for outcome in outcomes),
        compared=sum(outcome.compared for outcome in outcomes),
        AGREES=Standing.AGREES,
    )
