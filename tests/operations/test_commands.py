"""What an operator types, and what comes of it."""

import json

import pytest
from click.testing import CliRunner

from labms.audit.queries import verify_trail
from labms.cli import group, language_of_the_terminal, opened
from labms.db import db
from labms.settings import Settings

pytestmark = pytest.mark.operator


@pytest.fixture
def labms(tmp_path, monkeypatch):
    """Type a command; the terminal speaks English."""
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(f"LABMS_{name.upper()}", raising=False)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def typed(*words, instance=tmp_path / "instance", given=None):
        command = ["--instance", str(instance), *map(str, words)]
        return CliRunner().invoke(group, command, input=given)

    return typed


def made(labms, database_url, **given):
    return labms(
        "init",
        *("--public-url", "https://kiemdinh.example.vn", "--admin", "quantri"),
        *("--password", "mot-hai-ba-bon", "--database-url", database_url),
        **given,
    )


def test_an_instance_is_made_backed_up_restored_and_lets_issue_again(
    labms, tmp_path, database_url, another_database_url
):
    elsewhere = tmp_path / "elsewhere"
    assert made(labms, database_url).exit_code == 0
    assert labms("backup", tmp_path / "backup").exit_code == 0
    options = ["--database-url", another_database_url] if another_database_url else []
    assert (
        labms("restore", tmp_path / "backup", *options, instance=elsewhere).exit_code
        == 0
    )

    told = json.loads(labms("check", "--json", instance=elsewhere).stdout)
    assert told["findings"]["fenced"] is True
    assert labms("audit", "verify", instance=elsewhere).exit_code == 0
    confirmed = labms("confirm-numbers", "--as", "quantri", instance=elsewhere)
    assert confirmed.exit_code == 0, confirmed.output

    told = json.loads(labms("check", "--json", instance=elsewhere).stdout)
    assert told["findings"]["fenced"] is False


def test_a_weak_password_leaves_no_half_instance(labms, tmp_path):
    done = labms(
        "init",
        *("--public-url", "https://kiemdinh.example.vn", "--admin", "quantri"),
        *("--password", "123"),
    )

    assert done.exit_code == 1
    assert list((tmp_path / "instance").iterdir()) == []


def test_the_administrator_can_be_asked_for(labms, database_url):
    done = labms(
        "init",
        *("--database-url", database_url),
        given="https://x.example.vn\nquantri\nmot-hai-ba-bon\nmot-hai-ba-bon\n",
    )

    assert done.exit_code == 0, done.output
    assert "mot-hai-ba-bon" not in done.output


def test_the_administrator_is_asked_in_the_language_of_the_terminal(labms, monkeypatch):
    monkeypatch.delenv("LC_ALL")
    monkeypatch.delenv("LANG", raising=False)

    done = labms("init", given="https://x.example.vn\nquantri\n123\n123\n")

    assert "Tên đăng nhập của quản trị viên đầu tiên:" in done.output
    assert "Nhập lại mật khẩu:" in done.output
    assert "Login of" not in done.output


def test_an_instance_is_never_made_twice(labms, database_url):
    made(labms, database_url)

    again = made(labms, "")

    assert again.exit_code == 1
    assert "not empty" in again.output


def test_check_tells_of_a_missing_backup_and_of_nothing_once_there_is_one(
    labms, tmp_path, database_url
):
    made(labms, database_url)
    before = labms("check")
    there = labms("backup", tmp_path / "backup")
    away = labms("backup", tmp_path / "mistyped" / "backup")
    assert "has been made" in away.output
    assert "has been made" not in there.output
    after = labms("check")

    assert before.exit_code == 1
    assert "There is no backup yet." in before.output
    assert after.exit_code == 0, after.output


def test_check_never_tells_a_secret(labms, tmp_path, database_url):
    made(labms, database_url)
    settings = Settings.load(tmp_path / "instance", {})

    told = labms("check").output + labms("check", "--json").output

    assert settings.secret_key not in told
    if database_url:
        assert database_url not in told


def test_check_sees_a_key_that_others_can_read(labms, tmp_path, database_url):
    made(labms, database_url)
    (tmp_path / "instance" / "settings.toml").chmod(0o644)

    told = json.loads(labms("check", "--json").stdout)

    assert "settings_mode" in told["problems"]


def test_check_sees_a_trail_that_was_altered(labms, tmp_path, database_url):
    made(labms, database_url)
    with opened(tmp_path / "instance"), db.engine.begin() as connection:
        drop = "DROP TRIGGER audit_event_no_update"
        if db.engine.dialect.name == "postgresql":
            drop += " ON audit_event"
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql("UPDATE audit_event SET actor_name = 'x'")

    told = json.loads(labms("check", "--json").stdout)
    verified = labms("audit", "verify")

    assert "trail" in told["problems"]
    assert verified.exit_code == 1
    assert "event 1" in verified.output


def test_a_checkpoint_kept_outside_shows_that_the_tail_was_cut(
    labms, tmp_path, database_url
):
    made(labms, database_url)
    (tmp_path / "witness").write_text(labms("audit", "checkpoint").stdout)
    assert labms("audit", "verify", "--checkpoint", tmp_path / "witness").exit_code == 0
    with opened(tmp_path / "instance"), db.engine.begin() as connection:
        on = " ON audit_event" if db.engine.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER audit_event_no_delete{on}")
        connection.exec_driver_sql("DELETE FROM audit_event WHERE id = 2")
        connection.exec_driver_sql(
            "UPDATE audit_head SET size = 1, hash = "
            "(SELECT hash FROM audit_event WHERE id = 1)"
        )
    with opened(tmp_path / "instance"):
        assert verify_trail() is None, "the chain alone does not show it"

    found = labms("audit", "verify", "--checkpoint", tmp_path / "witness")

    assert found.exit_code == 1


def test_a_command_without_an_instance_is_wrong_usage(labms):
    done = labms("check")

    assert done.exit_code == 2
    assert "labms init" in done.output


def test_help_needs_no_instance(labms):
    assert labms("check", "--help").exit_code == 0
    assert labms("certificates", "list", "--help").exit_code == 0


def test_wrong_settings_are_all_named(labms, tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "settings.toml").write_text(
        'secret_key = "short"\npage_size = "many"\nno_such = 1\n'
    )

    done = labms("check")

    assert done.exit_code == 1
    for name in ("secret_key", "page_size", "no_such", "public_url"):
        assert name in done.output


def test_an_unfinished_confirmation_names_the_series(labms, tmp_path, database_url):
    made(labms, database_url)

    done = labms("confirm-numbers", "--as", "quantri", "--highest", "tt1:tickets:31=4")

    assert done.exit_code == 1
    assert "tt1:tickets:31=4" in done.output


def test_a_database_is_upgraded_once(labms, database_url):
    made(labms, database_url)

    assert "up to date" in labms("upgrade").output


@pytest.mark.parametrize(
    ("said", "language"),
    [("en_GB.UTF-8", "en"), ("vi_VN.UTF-8", "vi"), ("C.UTF-8", "vi"), ("", "vi")],
)
def test_commands_speak_the_terminals_language(monkeypatch, said, language):
    monkeypatch.setenv("LC_ALL", said)
    monkeypatch.delenv("LANG", raising=False)

    assert language_of_the_terminal() == language
