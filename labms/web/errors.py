"""Answer every refusal with one page and its own status."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from labms.errors import LabError, NotAllowed, NotFound, Unavailable
from labms.i18n import N_, gettext
from labms.policy import ROLE_NAMES, ROLES, Permission, allowed
from labms.web.holding import can_be_held, comes_back, hold

#: What to tell people when the answer is only a status.
EXPLAINED = {
    400: N_("The request could not be understood. Go back and try again."),
    404: N_("There is nothing here under this address."),
    405: N_("This address does not take that kind of request."),
    413: N_("What was sent is too large."),
    429: N_("Too many tries. Wait a few minutes, then try again."),
}


def wants_json() -> bool:
    """Return whether the client asked for data and not for a page."""
    return request.path.endswith(".json") or (
        request.accept_mimetypes.best_match(["text/html", "application/json"])
        == "application/json"
    )


def _answer(
    status: int, text: str, *, code: str, more: str = ""
) -> tuple[str | dict[str, str], int]:
    if wants_json():
        return {"error": code, "message": text}, status
    page = render_template("errors/refused.html", status=status, text=text, more=more)
    return page, status


def _who_may(error: LabError) -> str:
    """Return for whom it is that somebody was refused, if that is known."""
    permission = error.details.get("permission")
    if not isinstance(permission, Permission):
        return ""
    if current_user.is_authenticated and allowed(current_user, permission):
        return gettext(
            N_(
                "Your role allows it, but not here: it is another body's, somebody "
                "else's task, or your own work that others have to judge."
            )
        )
    roles = sorted(ROLES[permission], key=list(ROLE_NAMES).index)
    text = N_("It is for: {roles}. An administrator can give you such a role.")
    names = ", ".join(gettext(ROLE_NAMES[role]) for role in roles)
    return gettext(text).format(roles=names)


def register(app: Flask) -> None:
    """Answer every LabError with one page and its own status."""

    @app.errorhandler(LabError)
    def lab_error(error: LabError) -> ResponseReturnValue:
        app.logger.info("refused: %s", error.code)
        if isinstance(error, NotAllowed) and comes_back():
            return hold(error)
        return _answer(
            error.status, str(error.text), code=error.code, more=_who_may(error)
        )

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError) -> ResponseReturnValue:
        if can_be_held():
            return hold()
        text = N_("The page was open too long. Go back, reload it and send it again.")
        return _answer(400, gettext(text), code="csrf")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        text = EXPLAINED.get(status, N_("The request could not be carried out."))
        code = NotFound.code if status == 404 else f"http.{status}"
        return _answer(status, gettext(text), code=code)

    @app.errorhandler(OperationalError)
    def database_error(error: OperationalError) -> ResponseReturnValue:
        app.logger.error("database: %s", error.orig)
        answer, status = _answer(
            503, gettext(Unavailable.message), code=Unavailable.code
        )
        return answer, status, {"Retry-After": "5"}

    @app.errorhandler(Exception)
    def bug(error: Exception) -> ResponseReturnValue:
        if app.testing:
            raise error
        app.logger.exception("bug in %s %s", request.method, request.endpoint)
        text = N_("Something went wrong on our side. It has been written down.")
        return _answer(500, gettext(text), code="bug")
