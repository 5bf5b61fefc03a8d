"""Parts use only what stands above them in the tree."""

from importlinter.cli import lint_imports

from tests.invariants.places import ROOT


def test_every_import_goes_downwards(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    assert lint_imports() == 0, capsys.readouterr().out
