"""Vietnamese first, English one click away."""

from flask import Blueprint, Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from labms import i18n
from labms.web.access import is_own_path, public

bp = Blueprint("languages", __name__)

COOKIE = "language"


def chosen() -> str:
    """Return the language that this reader chose, in the address or earlier."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked and asked in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


@bp.get("/language/<code>")
@public("a stranger may read the public pages in either language")
def choose(code: str) -> ResponseReturnValue:
    """Remember a language and go back to the page where it was chosen."""
    target = request.args.get("next")
    response = redirect(target if target and is_own_path(target) else "/")
    remember(response, code)
    return response


def remember(response: Response, code: str | None) -> None:
    """Let a reader's browser keep the language that they asked for, if it is one."""
    if code and code in i18n.LANGUAGES:
        response.set_cookie(
            COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True
        )


def register(app: Flask) -> None:
    """Speak the reader's language for the length of each request."""
    app.register_blueprint(bp)

    @app.before_request
    def speak() -> None:
        g.speaking = i18n.speaking(chosen())
        g.speaking.__enter__()

    @app.teardown_request
    def fall_silent(_error: BaseException | None) -> None:
        if (speaking := g.pop("speaking", None)) is not None:
            speaking.__exit__(None, None, None)
