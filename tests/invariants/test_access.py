"""Role × address × whose row: who gets in, compared with a table that people review.

After a wanted change: `LABMS_WRITE_ACCESS=1 python -m pytest tests/invariants/
test_access.py` writes the table anew. Read the difference before it is committed.
"""

import os
import tomllib
from pathlib import Path

import pytest

from labms.policy import ROLES, Permission, Role
from tests.invariants.visiting import Ground, address, provincial, routes, visit

TABLE = Path(__file__).with_name("access.toml")
STRANGER = "stranger"
EVERYBODY = [*sorted(Role), STRANGER]


def outcome(response):
    """What an answer means for whoever asked."""
    if response.status_code >= 500 and response.status_code != 503:
        return f"broken ({response.status_code})"
    if response.status_code == 403:
        return "refused"
    if response.status_code == 404:
        return "missing"
    if response.status_code == 302 and "/accounts/login" in response.location:
        return "to the login"
    return "in"


def outcome_of(app, client, route, target):
    """Ask, and say what came of it; a bug in a page is one of the things to be told."""
    try:
        return outcome(visit(app, client, route, target))
    except Exception as error:
        return f"broken ({type(error).__name__}: {error})"


def may_ask(who, access):
    """Whoever lacks the permission is refused before any row is looked for."""
    return access not in set(Permission) or who in ROLES[Permission(access)]


@pytest.fixture
def ground(app, make):
    """Two bodies' rows, and one browser for each kind of person of the first body."""
    own, other = Ground(make, app), Ground(make, app)
    clients = {STRANGER: app.test_client()}
    for role in Role:
        given = {"body": own.body}
        if role is Role.ENTERPRISE:
            given = {"organisation_id": own.customer.id}
        elif role in {Role.MANAGER, Role.ADMINISTRATOR}:
            given = {}
        person = own.verifier if role is Role.VERIFIER else make.user(role, **given)
        clients[role] = make.sign_in(app.test_client(), person)
    return own, other, provincial(make), clients


def who_gets_in(app, ground, route):
    """Return, for each owner of a row, who gets in; and what went wrong."""
    own, other, shared, clients = ground
    view = app.view_functions[route.rule.endpoint]
    endpoint = route.rule.endpoint
    common = shared.get(endpoint, {})
    targets = {
        "own": address(app, route, own.values(endpoint), common),
        "other": address(app, route, other.values(endpoint), common),
        "nobody": address(app, route, own.values(endpoint), common, nobodys=True),
    }
    if targets["own"] == targets["other"]:
        targets = {"all": targets["own"]} | (
            {"nobody": targets["nobody"]} if targets["nobody"] != targets["own"] else {}
        )
    found, wrong = {"asks": str(view.access)}, []
    for owner, target in targets.items():
        outcomes = {
            who: outcome_of(app, clients[who], route, target)
            for who in EVERYBODY
            if owner in {"own", "all"} or may_ask(who, view.access)
        }
        entering = [who for who in EVERYBODY if outcomes.get(who) == "in"]
        found[owner] = "everybody" if entering == EVERYBODY else " ".join(entering)
        wrong += [
            f"{route.name} {owner}: {who} {what}"
            for who, what in outcomes.items()
            if what.startswith("broken")
        ]
        if str(view.access) == "signed in" or view.access in set(Permission):
            stranger = outcomes.get(STRANGER, "to the login")
            if stranger != "to the login":
                wrong.append(f"{route.name}: a stranger is {stranger}")
    return found, wrong


@pytest.mark.matrix
def test_everybody_gets_in_where_the_reviewed_table_says(app, ground):
    matrix, wrong, cells = {}, [], 0
    for route in routes(app):
        matrix[route.name], problems = who_gets_in(app, ground, route)
        wrong += problems
        cells += (len(matrix[route.name]) - 1) * len(EVERYBODY)
    if os.environ.get("LABMS_WRITE_ACCESS"):
        TABLE.write_text(as_toml(matrix), "utf-8")

    reviewed = tomllib.loads(TABLE.read_text("utf-8"))
    assert wrong == []
    assert {name for name in matrix if name not in reviewed} == set(), "not reviewed"
    assert {name for name in reviewed if name not in matrix} == set(), "are gone"
    changed = {
        name: {"reviewed": reviewed[name], "now": matrix[name]}
        for name in matrix
        if reviewed[name] != matrix[name]
    }
    assert changed == {}
    assert cells > 2000, "the matrix was filled"


def as_toml(matrix):
    """Return the table as it is reviewed: who gets in; all others are kept out."""
    lines = [
        "# Who gets in where, by whose row the address names: the person's own body,",
        "# another body, nobody; or all, where rows belong to no body. Whoever is not",
        "# named is refused, sent to the login page, or told that there is no such",
        "# thing. Written by tests/invariants/test_access.py, reviewed by people.",
    ]
    for name, found in matrix.items():
        lines += ["", f'["{name}"]']
        lines += [f'{key} = "{value}"' for key, value in found.items()]
    return "\n".join(lines) + "\n"


def test_every_view_declares_its_access(app):
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert silent == []


def test_only_listed_addresses_are_public(app):
    public = {
        endpoint.partition(".")[0]
        for endpoint, view in app.view_functions.items()
        if str(view.access).startswith("public")
    }
    assert public <= {
        *("accounts", "bootstrap", "fonts", "health", "home", "languages"),
        *("log", "public", "static"),
    }
