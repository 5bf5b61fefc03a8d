"""What every answer tells the browser: what not to do, and how it went."""

from flask import Flask, request
from flask.wrappers import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}

TOO_MANY = 429
#: Seconds: the longest of the windows in which tries are counted.
WAIT = 600

#: Refusals that are a page to go on with: the form again, or what stands in its way.
GOES_ON = frozenset({400, 401, 403, 404, 409, 413, 422, 429})
#: The same of a form that only asks; that there is no such page remains an error.
ASKED_FOR = frozenset({400, 403, 409, 422, 429})


def register(app: Flask, *, is_secure: bool) -> None:
    """Set headers and status of every answer, errors and files included."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.status_code == TOO_MANY:
            response.headers.setdefault("Retry-After", str(WAIT))
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = (
                "public, max-age=3600"
                if request.endpoint in {"static", "bootstrap.static"}
                else "no-store"
            )
        return response

    @app.after_request
    def refused_quietly(response: Response) -> Response:
        """Give a person who sent a form the page as a page.

        Browsers write every other status into the console as a failure of the site,
        which a form that comes back with its errors is not. A person's browser asks
        for upgrades where it shows the answer; scripts and commands don't, and get
        the status.
        """
        is_shown = "Upgrade-Insecure-Requests" in request.headers
        asks = request.method == "GET" and bool(set(request.args) - {"lang"})
        quiet = GOES_ON if request.method == "POST" else ASKED_FOR if asks else ()
        if is_shown and response.status_code in quiet:
            response.status_code = 200
        return response
