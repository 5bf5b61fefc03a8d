"""What holds for every answer: headers, and no change without a token."""

import re

import pytest
from flask import Response

from labms.policy import Role
from labms.web.headers import HEADERS
from tests.invariants.places import TEMPLATES, templates
from tests.invariants.visiting import UNSAFE, Ground, address, provincial, routes, visit


@pytest.fixture
def ground(app, make):
    """The rows of a body."""
    return Ground(make, app)


@pytest.fixture
def everywhere(app, make, ground):
    """One person with every role, and each address with rows of their own body."""
    shared = provincial(make)
    client = make.sign_in(app.test_client(), make.user(*Role, body=ground.body))
    targets = [
        (route, address(app, route, ground.values(endpoint), shared.get(endpoint, {})))
        for route in routes(app)
        for endpoint in (route.rule.endpoint,)
    ]
    return client, targets


def unprotected(response):
    """Return what an answer fails to tell the browser."""
    missing = [
        name for name, value in HEADERS.items() if response.headers.get(name) != value
    ]
    policy = response.headers.get("Content-Security-Policy", "unsafe-inline")
    missing += [word for word in ("unsafe-inline", "unsafe-eval") if word in policy]
    missing += [
        name
        for name in ("Strict-Transport-Security", "Cache-Control")
        if name not in response.headers
    ]
    return missing


def visited(app, browser, route, target):
    """Ask for an address; a page that breaks is told by the matrix of access."""
    try:
        return visit(app, browser, route, target)
    except Exception:
        return None


@pytest.mark.matrix
def test_every_page_protects_itself(app, everywhere, monkeypatch):
    """The headers of every answer, and the token in every form that changes something.

    As somebody with every role, and as a stranger; files and refusals too.
    """
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client, targets = everywhere
    stranger = app.test_client()
    answers = [
        (route.name, visited(app, browser, route, target))
        for route, target in targets
        for browser in ((client, stranger) if route.method == "GET" else (stranger,))
    ]
    answers += [
        (target, stranger.get(target))
        for target in ("/no-such-page", "/static/no-such-file.css", "/c/KHONG-CO")
    ]
    answers = [(name, answer) for name, answer in answers if answer is not None]

    assert {name: bad for name, answer in answers if (bad := unprotected(answer))} == {}
    assert {200, 302, 400, 404} <= {answer.status_code for _, answer in answers}
    forms = [
        (name, form)
        for name, answer in answers
        if answer.mimetype == "text/html"
        for form in re.findall(r"<form\b.*?</form>", answer.text, re.DOTALL)
        if re.search(r'method="post"', form, re.IGNORECASE)
    ]
    assert {name for name, form in forms if 'name="csrf_token"' not in form} == set()
    assert len(forms) > 20


#: Shown in situations that a visit to every page does not meet, each with its test.
SHOWN_ELSEWHERE = {
    "bulk/run.html": "tests/bulk: a run was confirmed",
    **dict.fromkeys(
        (
            "catalogue/_own_frame.html",
            "catalogue/own_check.html",
            "catalogue/own_conditions.html",
            "catalogue/own_question.html",
            "catalogue/own_remove.html",
            "catalogue/own_standard.html",
            "catalogue/own_texts.html",
        ),
        "tests/catalogue: its author opens a draft",
    ),
    "certificates/compare.html": "tests/certificates: a correction was chosen",
    "errors/held.html": "tests/web: a form came after its session had ended",
    "jobs/_failure.html": "tests/jobs: a failure was submitted",
    "public/file.html": "tests/public: a file was sent to be verified",
    "public/thanks.html": "tests/public: a problem was reported",
    "public/stamps.html": "tests/public: two bodies have the same stamp",
    "public/unavailable.html": "tests/public: the database does not answer",
    "registry/new_instrument.html": "tests/registry: a type was chosen",
}


@pytest.mark.matrix
def test_every_template_is_shown_by_some_visit(app, make, ground, everywhere):
    """One that nothing loads is dead, or its page is not tested."""
    client, targets = everywhere
    measuring = make.sign_in(app.test_client(), ground.verifier)
    for browser in (client, measuring, app.test_client()):
        for route, target in targets:
            if route.method == "GET":
                visited(app, browser, route, target)
    for target in ("/no-such-page", "/c/KHONG-CO", "/audit/?page=99"):
        client.get(target)
    loaded = {str(key[1]) for key in app.jinja_env.cache}

    missing = names(templates(), TEMPLATES) - loaded - set(SHOWN_ELSEWHERE)
    assert sorted(missing) == []
    assert {
        name for name in SHOWN_ELSEWHERE if not (TEMPLATES / name).exists()
    } == set()


def names(paths, base):
    """Return paths as the templates' loader has them."""
    return {path.relative_to(base).as_posix() for path in paths}


def test_a_failure_has_them_too(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail():
        raise RuntimeError("planted")

    fail.access = "public: planted"
    monkeypatch.setitem(app.view_functions, "health.alive", fail)
    response = app.test_client().get("/healthz")

    assert response.status_code == 500
    assert unprotected(response) == []
    assert "planted" not in response.text


def test_a_bare_answer_would_be_seen():
    assert len(unprotected(Response())) > len(HEADERS)


def unguarded(app, everywhere):
    """Return the addresses that take a change without a token."""
    client, targets = everywhere
    unsafe = [(route, target) for route, target in targets if route.method in UNSAFE]
    assert len(unsafe) > 20
    open_ones = []
    for route, target in unsafe:
        answer = visited(app, client, route, target)
        if answer is None or answer.status_code != 400:
            open_ones.append(route.name)
    return open_ones


@pytest.mark.matrix
def test_no_change_is_taken_without_a_token(app, everywhere, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    assert unguarded(app, everywhere) == []


@pytest.mark.matrix
def test_an_exempt_view_would_be_seen(app, everywhere, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    view = app.view_functions["people.new_user"]
    csrf = app.extensions["csrf"]
    monkeypatch.setattr(csrf, "_exempt_views", {f"{view.__module__}.{view.__name__}"})

    assert unguarded(app, everywhere) == ["people.new_user POST"]
