"""A backup is whole, or there is none; and it comes back as it went."""

import gzip
import io
import json
import tarfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from labms import filestore
from labms.audit.models import Instance
from labms.audit.queries import verify_trail
from labms.cli import opened
from labms.db import db, engine_options
from labms.operations.backing_up import back_up, unpack
from labms.operations.dumping import snapshot, tables_of
from labms.operations.making import telling
from labms.operations.restoring import record_restoring, restore
from labms.operations.rules import (
    BackupDamaged,
    BackupExists,
    DatabaseNotEmpty,
    FilesMissing,
    InstanceExists,
    SchemaOutdated,
)
from labms.policy import Role
from labms.settings import Settings
from tests.factories import Make

pytestmark = pytest.mark.operator

NOW = datetime(2031, 3, 4, 2, 30, tzinfo=UTC)


def take(app, target):
    settings = app.extensions["labms"]
    return back_up(
        db.engine,
        files_dir=settings.files_dir,
        settings=telling(settings),
        target=target,
        at=NOW,
    )


@pytest.fixture(scope="module")
def a_backup(new_instance, tmp_path_factory):
    """A backup of a new instance, taken once, for tests that only read it."""
    with opened(new_instance) as app:
        target = tmp_path_factory.mktemp("backup") / "backup"
        take(app, target)
    return target


def hashes(manifest):
    return {table.name: (table.rows, table.sha256) for table in manifest.tables}


def test_every_row_and_file_comes_back_exactly(
    open_instance, tmp_path, another_database_url
):
    make = Make()
    body = make.body()
    digest = filestore.store(
        open_instance.extensions["labms"].files_dir, b"%PDF-a certificate"
    )
    make.calibration(
        make.standard(body),
        uncertainty=Decimal("0.00010"),
        file_hash=digest,
    )
    make.user(Role.VERIFIER, body=body, full_name='Đỗ "Ẩn"\n\\ 😀')
    manifest = take(open_instance, tmp_path / "backup")

    restored = restore(
        tmp_path / "backup",
        tmp_path / "elsewhere",
        database_url=another_database_url,
        at=NOW,
    )

    with opened(tmp_path / "elsewhere") as app:
        again = take(app, tmp_path / "again")
        settings = app.extensions["labms"]
        assert filestore.read(settings.files_dir, digest) == b"%PDF-a certificate"
        assert verify_trail() is None
    before, after = hashes(manifest), hashes(again)
    assert before.pop("instance") != after.pop("instance"), "it is fenced now"
    assert before == after
    assert restored.row_count == manifest.row_count > 400
    assert again.settings == manifest.settings


def test_a_backup_goes_from_one_engine_to_the_other(open_instance, tmp_path):
    make = Make()
    make.traceable_standard()
    make.designation(make.body(), "ap-ke-lo-xo")
    manifest = take(open_instance, tmp_path / "backup")

    restore(tmp_path / "backup", tmp_path / "elsewhere", database_url="", at=NOW)

    with opened(tmp_path / "elsewhere") as app:
        assert db.engine.dialect.name == "sqlite"
        again = take(app, tmp_path / "again")
    before, after = hashes(manifest), hashes(again)
    del before["instance"], after["instance"]
    assert before == after


def test_a_restored_instance_is_fenced_and_counts_on(
    open_instance, tmp_path, another_database_url
):
    Make().organisation()
    take(open_instance, tmp_path / "backup")

    manifest = restore(
        tmp_path / "backup",
        tmp_path / "elsewhere",
        database_url=another_database_url,
        at=NOW,
    )

    with opened(tmp_path / "elsewhere"):
        row = db.session.get(Instance, 1)
        assert row.restored_at == NOW
        assert row.confirmed_at is None
        record_restoring(manifest)
        db.session.commit()
        Make().organisation()  # takes the next key, not one that is taken


def test_keys_and_passwords_of_the_machine_stay_at_home(open_instance, tmp_path):
    take(open_instance, tmp_path / "backup")

    content = gzip.decompress((tmp_path / "backup").read_bytes())

    assert open_instance.secret_key.encode() not in content
    assert b"database_url" not in content
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


def test_a_restored_instance_signs_with_a_key_of_its_own(
    a_backup, new_instance, tmp_path, another_database_url
):
    restore(
        a_backup,
        tmp_path / "elsewhere",
        database_url=another_database_url,
        at=NOW,
    )

    with opened(tmp_path / "elsewhere") as app:
        home = Settings.load(new_instance, {})
        assert app.secret_key != home.secret_key
    mode = (tmp_path / "elsewhere" / "settings.toml").stat().st_mode
    assert mode & 0o777 == 0o600


def test_what_is_written_meanwhile_is_in_the_next_backup(open_instance):
    url = db.engine.url.render_as_string(hide_password=False)
    other = sa.create_engine(url, **engine_options(url))
    statement = sa.text("UPDATE commune SET folded = 'meanwhile'")
    with snapshot(db.engine) as connection:
        before = _folded(connection)
        with other.begin() as writing:
            writing.execute(statement)
        assert _folded(connection) == before
    other.dispose()


def _folded(connection):
    (commune,) = (one for one in tables_of(connection) if one.name == "commune")
    return set(connection.scalars(sa.select(commune.c.folded)))


def test_a_missing_file_is_told_and_no_backup_appears(open_instance, tmp_path):
    make = Make()
    make.calibration(make.standard(), file_hash="ab" * 32)

    with pytest.raises(FilesMissing):
        take(open_instance, tmp_path / "folder" / "backup")
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_backup_is_never_written_over(open_instance, tmp_path):
    (tmp_path / "backup").write_text("older")

    with pytest.raises(BackupExists):
        take(open_instance, tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "older"


def test_tables_of_another_version_are_not_backed_up(open_instance, tmp_path):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(SchemaOutdated):
        take(open_instance, tmp_path / "backup")


def repacked(source, target, change):
    """Write the backup anew with one member changed; None leaves a member out."""
    with tarfile.open(source, "r:gz") as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            content = change(member, old.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))


def drop_a_table(member, content):
    return None if member.name == "tables/user.jsonl" else content


def change_a_row(member, content):
    return content.replace(b"Ph", b"Fh") if "commune" in member.name else content


def claim_fewer_rows(member, content):
    if member.name != "manifest.json":
        return content
    told = json.loads(content)
    told["tables"][0]["sha256"] = "0" * 64
    return json.dumps(told).encode()


def no_manifest(member, content):
    return None if member.name == "manifest.json" else content


def lead_outside(member, content):
    if member.name == "tables/user.jsonl":
        member.name = "tables/../../user.jsonl"
    return content


@pytest.mark.parametrize(
    "change",
    [drop_a_table, change_a_row, claim_fewer_rows, no_manifest, lead_outside],
)
def test_a_backup_that_was_changed_is_refused_and_leaves_nothing(
    a_backup, tmp_path, another_database_url, change
):
    repacked(a_backup, tmp_path / "changed", change)

    with pytest.raises(BackupDamaged):
        restore(
            tmp_path / "changed",
            tmp_path / "new" / "elsewhere",
            database_url=another_database_url,
            at=NOW,
        )
    assert list((tmp_path / "new").iterdir()) == []


def test_a_backup_that_was_cut_off_is_refused(a_backup, tmp_path):
    whole = a_backup.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "tables").mkdir()

    with pytest.raises(BackupDamaged):
        unpack(
            tmp_path / "cut",
            tables_dir=tmp_path / "tables",
            keep=lambda _name, _data: None,
        )


def test_a_folder_with_something_in_it_is_not_restored_into(a_backup, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")

    with pytest.raises(InstanceExists):
        restore(a_backup, tmp_path / "full", database_url="", at=NOW)


def test_a_database_with_tables_is_not_restored_into(open_instance, a_backup, tmp_path):
    url = db.engine.url.render_as_string(hide_password=False)

    with pytest.raises(DatabaseNotEmpty):
        restore(a_backup, tmp_path / "new", database_url=url, at=NOW)
    assert not (tmp_path / "new").exists()


def test_a_day_and_a_switch_survive(open_instance, tmp_path):
    """What the two engines keep differently."""
    make = Make()
    make.user(Role.VERIFIER, is_active=False)
    make.designation(make.body(), suspended_from=date(2031, 1, 31))
    manifest = take(open_instance, tmp_path / "backup")
    (tmp_path / "tables").mkdir()
    unpack(
        tmp_path / "backup",
        tables_dir=tmp_path / "tables",
        keep=lambda _name, _data: None,
    )

    lines = {}
    for table in manifest.tables:
        text = (tmp_path / "tables" / f"{table.name}.jsonl").read_text("utf-8")
        lines[table.name] = [
            dict(zip(table.columns, json.loads(line), strict=True))
            for line in text.splitlines()
        ]
    assert lines["user"][0]["is_active"] is False
    assert lines["designation"][0]["suspended_from"] == "2031-01-31"
