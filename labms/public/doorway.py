"""The shortest way to the page that strangers open: before Flask, for the plain case.

A look-up without a cookie needs no session, no sign-in, no form protection. It is
answered here by the same query and the same page, once Flask has shown how: the shape
of the page and its headers are those of Flask's own answer. Whatever is not plain (a
cookie, an unknown code, a database that is away, a page that was never made before)
goes on to Flask as if nobody stood here.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Flask

from labms import clock
from labms.i18n import DEFAULT_LANGUAGE, speaking
from labms.public.pages import FOUND, frame, known, shape_of, values_of
from labms.public.queries import document_by_code
from labms.public.rules import CannotTell
from labms.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH = re.compile(r"/c/([0-9A-HJKMNP-TV-Z]{18})")
_LANGUAGES = {"": DEFAULT_LANGUAGE, "lang=vi": "vi", "lang=en": "en"}
#: Of one answer, not of its kind.
_OWN = frozenset({"content-length", "date", "set-cookie"})


class Doorway:
    """Answers plain look-ups, and lets everything else pass."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app
        self._settings = settings
        self._headers: list[tuple[str, str]] | None = None
        self._former = frozenset(urlsplit(url).netloc for url in settings.former_urls)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or let pass and learn from the answer; lead on from former hosts."""
        if self._former and environ.get("HTTP_HOST") in self._former:
            return self._lead_on(environ, start_response)
        asked = _plain(environ)
        if asked is None:
            return self._inner(environ, start_response)
        if self._headers is None or (page := self._page(*asked)) is None:
            return self._inner(environ, self._learning(start_response))
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(page)))])
        return [page]

    def _lead_on(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Send whoever comes by an address of earlier years to the one of today."""
        path, query = quote(environ.get("PATH_INFO", "")), environ.get("QUERY_STRING")
        to = self._settings.public_url + path + (f"?{query}" if query else "")
        start_response("308 Permanent Redirect", [("Location", to)])
        return [b""]

    def _page(self, code: str, language: str) -> bytes | None:
        settings = self._settings
        with self._app.app_context(), speaking(language):
            try:
                found = document_by_code(
                    code, on=clock.today(), expiring_days=settings.expiring_days
                )
            except CannotTell:
                return None
            if found is None:
                return None
            shape = shape_of(found) | frame(settings)
            page = known(FOUND, shape=shape, values=values_of(found))
            return None if page is None else page.encode()

    def _learning(self, start_response: "StartResponse") -> "StartResponse":
        def start(status: str, headers: Any, *rest: Any) -> Any:
            if status.startswith("200"):
                self._headers = [
                    (name, value) for name, value in headers if name.lower() not in _OWN
                ]
            return start_response(status, headers, *rest)

        return start


def _plain(environ: "WSGIEnvironment") -> tuple[str, str] | None:
    """Return the code and the language that are asked for, if nothing else is."""
    path = _PATH.fullmatch(environ.get("PATH_INFO", ""))
    if (
        path is None
        or "HTTP_COOKIE" in environ
        or environ["REQUEST_METHOD"] != "GET"
        or environ.get("SCRIPT_NAME")
    ):
        return None
    language = _LANGUAGES.get(environ.get("QUERY_STRING", ""))
    return (path[1], language) if language else None
