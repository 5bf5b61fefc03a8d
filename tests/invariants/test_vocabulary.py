"""Codes, permissions, events and menus: each name once, and each with its meaning."""

import importlib
import pkgutil
import re
from collections import Counter

import labms
from labms.audit.rules import EventType
from labms.errors import LabError
from labms.policy import CONDITIONS, ROLE_NAMES, ROLES, Permission, Role
from labms.web.navigation import BEGINNINGS, MENU


def every_error():
    """Every refusal that the program knows, whichever module it is in."""
    for module in pkgutil.walk_packages(labms.__path__, "labms."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [LabError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found if kind.__module__.startswith("labms.")}


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(kind.code for kind in every_error())

    assert [code for code, count in codes.items() if count > 1] == []
    assert len(codes) > 20


def test_every_code_has_the_form_that_it_keeps():
    odd = [
        kind.code
        for kind in every_error()
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", kind.code)
    ]
    assert odd == []


def test_every_permission_has_roles_and_every_role_a_permission():
    assert set(ROLES) == set(Permission)
    assert [permission for permission, roles in ROLES.items() if not roles] == []
    assert set().union(*ROLES.values()) == set(Role)


def test_every_role_has_a_name():
    assert set(ROLE_NAMES) == set(Role)


def test_conditions_are_about_permissions_that_exist():
    assert set(CONDITIONS) <= set(Permission)


def test_every_event_and_permission_says_subject_and_action():
    for value in (*EventType, *Permission):
        assert re.fullmatch(r"[a-z_]+:[a-z_]+", value)


def test_every_line_of_the_menu_leads_to_a_page(app):
    lines = [entry.endpoint for group in MENU for entry in group.entries]
    lines += [endpoint for _, endpoint in BEGINNINGS]

    assert [name for name in lines if name not in app.view_functions] == []
    assert len(lines) == len(set(lines)) + len({n for _, n in BEGINNINGS})


def test_whoever_sees_a_line_of_the_menu_may_open_it(app):
    for group in MENU:
        for entry in group.entries:
            view = app.view_functions[entry.endpoint]
            assert view.access == entry.permission, entry.endpoint
