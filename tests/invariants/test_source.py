"""How the source is written, where a machine can tell."""

import ast
import re

import pytest
from jinja2 import Environment

from labms.settings import Settings
from tests.invariants.places import (
    LABMS,
    ROOT,
    TEMPLATES,
    calls,
    modules,
    templates,
    texts_of_the_project,
)

#: Reading the whole source takes seconds, in each process that tests.
pytestmark = pytest.mark.long


def names(paths, base=LABMS):
    return {path.relative_to(base).as_posix() for path in paths}


def test_only_transaction_commits():
    places = {
        path
        for path, call in calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"commit", "rollback"}
        # a snapshot for a backup is only read, and let go
        and path.name != "dumping.py"
    }
    assert names(places) == {"db.py"}


def test_no_module_has_outgrown_its_file():
    long = {p for p in modules() if len(p.read_text("utf-8").splitlines()) > 400}
    assert names(long) == set()


def test_nothing_is_called_utils():
    vague = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert names(p for p in modules() if p.stem in vague or p.parent.name in vague) == (
        set()
    )


def test_only_the_clock_asks_the_machine_for_the_time():
    asking = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    places = {p for p in modules() if asking.search(p.read_text("utf-8"))}
    assert names(places) == {"clock.py"}


def test_nothing_is_evaluated_that_somebody_wrote():
    places = {
        path
        for path, call in calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in {"eval", "exec", "compile", "__import__"}
    }
    assert names(places) == set()


#: Text that is markup already would not be escaped.
RAW = re.compile(r"\|\s*safe\b|\bMarkup\(|autoescape")


def test_no_template_trusts_a_text():
    assert names(
        (p for p in templates() if RAW.search(p.read_text("utf-8"))), TEMPLATES
    ) == (set())


INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)",
    re.IGNORECASE,
)


def test_no_template_has_script_or_style_of_its_own():
    """The content security policy would refuse it."""
    places = (p for p in templates() if INLINE.search(p.read_text("utf-8")))
    assert names(places, TEMPLATES) == set()


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<script>x</script>", '<a onclick="x">', "<style>"]
)
def test_script_and_style_would_be_seen(text):
    assert INLINE.search(text)


def test_nothing_is_fetched_from_elsewhere():
    pattern = re.compile(
        r"""(?:src|href|action)\s*=\s*["']\s*(?:https?:)?//""", re.IGNORECASE
    )
    places = [p for p in templates() if pattern.search(p.read_text("utf-8"))]
    assert names(places, TEMPLATES) == set()


def test_every_template_parses(app):
    environment: Environment = app.jinja_env
    for path in templates():
        environment.parse(path.read_text("utf-8"), filename=str(path))


def test_every_setting_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    fields = [name for name in Settings.__dataclass_fields__ if name != "instance"]
    missing = [
        name for name in fields if name not in readme and name.upper() not in readme
    ]
    assert missing == []


#: Written in parts, so that this file does not name what it forbids.
ELSEWHERE = {
    "paths of a machine": re.compile(
        r"(?<![\w.<])/(?:wor" r"k|hom" r"e/|roo" r"t/|Us" r"ers/)"
    ),
    "hosts of registries": re.compile(
        r"py" r"pi\.org|pythonho" r"sted|npm" r"js\.(?:org|com)|file:" r"///opt"
    ),
    "folders beside the project": re.compile(r"\.\./sha" r"red"),
}


@pytest.mark.parametrize("what", sorted(ELSEWHERE))
def test_the_project_speaks_only_of_itself(what):
    found = {
        f"{name}: {match.group()}"
        for name, text in texts_of_the_project()
        if (match := ELSEWHERE[what].search(text))
    }
    assert found == set()
