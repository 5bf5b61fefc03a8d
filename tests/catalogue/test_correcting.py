"""A body corrects a procedure by the official text that it owns, and works by it."""

import html
import re
import shutil
import tomllib

import pytest
from click.testing import CliRunner

from labms.catalogue.correction.cli import group
from labms.catalogue.correction.correcting import (
    begin_revision,
    confirm_revision,
    correct_revision,
)
from labms.catalogue.correction.editing import (
    TEXTS,
    Citation,
    corrected_texts,
)
from labms.catalogue.correction.own_revisions import (
    document_of,
    origin_of,
    own_revision_by_id,
    procedure_called,
    releasable,
)
from labms.catalogue.correction.rules import (
    NotADraft,
    NotAllCompared,
    NothingCorrected,
    NotYourDraft,
    SecondReaderNeeded,
    corrected_figures,
    shown_hash,
)
from labms.catalogue.files.checking import FOLDERS, check_folder
from labms.catalogue.files.writing import as_toml
from labms.catalogue.queries import release_for
from labms.catalogue.releasing import CatalogueChanged
from labms.catalogue.rules import NoSuchProcedure
from labms.catalogue.shipped import shipped_catalogue, shipped_folder
from labms.db import transaction
from labms.errors import NotAllowed
from labms.jobs.sheets import procedure_of
from labms.policy import Role
from tests.factories import SPRING_SCALE

pytestmark = pytest.mark.long

LOADS = "checks/loads"


@pytest.fixture
def author(make, lab):
    return make.user(Role.QUALITY_MANAGER, body=lab.body, full_name="Trần Thị Tác Giả")


@pytest.fixture
def folder(tmp_path):
    """A catalogue of no more than spring scales need."""
    shipped = shipped_folder()
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    for name in (
        "types/khoi-luong.toml",
        "limits/oiml-r-76.toml",
        "limits/oiml-r-111.toml",
    ):
        shutil.copy(shipped / name, tmp_path / name)
    return tmp_path


def fields(page):
    """Return what stands in the form of a page, as a browser would send it."""
    found = {}
    for name, value in re.findall(
        r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', page
    ):
        found.setdefault(name, value)
    areas = r'<textarea[^>]* name="([^"]+)"[^>]*>\s*(.*?)</textarea>'
    found |= dict(re.findall(areas, page, re.DOTALL))
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    for name in {key for key in found if key.endswith("-reasons")}:
        ticked = rf'<input checked[^>]*name="{name}"[^>]*value="([^"]+)"'
        found[name] = re.findall(ticked, page)
    return {
        key: html.unescape(value) if isinstance(value, str) else value
        for key, value in found.items()
    }


def begin(client, make, author):
    make.sign_in(client, author)
    answer = client.post(
        f"/catalogue/procedures/{SPRING_SCALE}/2026-1/correct",
        data={"document": "ĐLVN 30:2019"},
    )
    assert answer.status_code == 302
    return answer.location


def test_a_correction_from_the_first_field_to_the_first_job(
    client, make, lab, author, folder
):
    old_job = lab.started()
    own = begin(client, make, author)
    page = client.get(f"{own}/{LOADS}").text
    typed = fields(page) | {
        "points": "Min | Min | Min\nMax / 2 | ½ Max | ½ Max\nMax | Max | Max",
        "repetitions": "2",
        "limits-0-how": "steps",
        "limits-0-of": "nominal / ee",
        "limits-0-by": "",
        "limits-0-lines": "500 | 0,5\n400 | 1",
        "limits-0-result": "limit * e",
        "page": "trang 7",
    }

    refused = client.post(f"{own}/{LOADS}", data=typed)

    assert refused.status_code == 200
    assert "không có tên này: ee" in refused.text
    assert "các cận trên phải tăng dần" in refused.text
    assert fields(refused.text)["limits-0-of"] == "nominal / ee"
    assert "500 | 0,5\n400 | 1" in refused.text
    own_id = int(own.rsplit("/", 1)[1])
    assert "trang 7" not in own_revision_by_id(own_id).content

    typed |= {"limits-0-of": "nominal / e", "limits-0-lines": "50 | 0,5\n∞ | 1"}
    accepted = client.post(f"{own}/{LOADS}", data=typed)

    assert accepted.status_code == 302, accepted.text
    shown = client.get(own).text
    assert "½ Max = Max / 2" in shown
    assert "≤ 50: 0,5" in shown
    content = own_revision_by_id(own_id).content
    confirm = {"shown": shown_hash(content), "compared": figures_of(own_id)}

    alone = client.post(f"{own}/confirm", data=confirm)
    assert "người khác" in alone.text
    make.sign_in(client, lab.verifier)
    page = client.get(own).text
    incomplete = client.post(f"{own}/confirm", data=confirm | {"compared": []})
    assert "từng số liệu" in incomplete.text
    assert "trang 7" in page
    assert client.post(f"{own}/confirm", data=confirm).status_code == 302

    row = own_revision_by_id(own_id)
    revision, code = row.revision, lab.body.code.lower()
    assert revision == f"2026-1-{code}.1"
    procedure = procedure_called(SPRING_SCALE, revision)
    check = procedure.stages[2].checks[0]
    assert check.source.is_checked
    assert check.source.checked_by == (author.full_name, lab.verifier.full_name)
    assert [point.label_vi for point in check.points] == ["Min", "½ Max", "Max"]

    make.sign_in(client, author)
    path = f"/catalogue/procedures/{SPRING_SCALE}/{revision}"
    page = client.get(path).text
    assert "Số lần lặp" in page
    released = client.post(path, data={"shown": fields(page)["shown"], "seen": "y"})
    assert released.status_code == 302

    assert release_for(lab.body.id, SPRING_SCALE)[1].revision == revision
    new_job = lab.started()
    assert new_job.procedure_revision == revision
    assert len(lab.sheet(new_job).stages[2].checks[0].rows) == 10
    assert procedure_of(old_job).revision == "2026-1"
    assert lab.submitted(old_job).evaluation["procedure"]["revision"] == "2026-1"

    exported = client.get(f"{own}/file.toml").text
    (folder / "procedures" / f"{SPRING_SCALE}-{revision}.toml").write_text(exported)
    assert check_folder(folder) == []
    assert tomllib.loads(exported)["revision"] == revision


def figures_of(own_id):
    row = own_revision_by_id(own_id)
    found = corrected_figures(origin_of(row).raw, document_of(row))
    return [each.key for each in found]


def drafted(lab, author, *, slug=SPRING_SCALE):
    with transaction():
        row = begin_revision(
            lab.body.id,
            slug=slug,
            revision="2026-1",
            document="ĐLVN 30:2019",
            actor=author,
        )
        return row.id


def in_draft(own_id, actor, **texts):
    """Correct something small in a draft, as somebody."""
    with transaction():
        row = own_revision_by_id(own_id)
        document = corrected_texts(
            document_of(row),
            {key: texts.get(key, document_of(row)[key]) for key in TEXTS},
            cited=Citation(document="ĐLVN 30:2019", page="1", reader=actor.name),
        )
        correct_revision(row, document, actor=actor)


def confirm(own_id, actor, **given):
    with transaction():
        row = own_revision_by_id(own_id)
        defaults = {"shown": shown_hash(row.content), "compared": figures_of(own_id)}
        confirm_revision(row, actor=actor, **defaults | given)


def test_a_draft_has_one_author_and_another_reader(make, lab, author):
    namesake = make.user(
        Role.QUALITY_MANAGER, body=lab.body, full_name=author.full_name
    )
    stranger = make.user(Role.QUALITY_MANAGER, body=make.body())
    own_id = drafted(lab, author)
    revision = own_revision_by_id(own_id).revision

    assert drafted(lab, author) == own_id
    with pytest.raises(NothingCorrected):
        confirm(own_id, namesake)
    with pytest.raises(NotYourDraft):
        in_draft(own_id, namesake, title_vi="Khác")
    in_draft(own_id, author, title_vi="Quy trình kiểm định cân đồng hồ lò xo")
    with pytest.raises(SecondReaderNeeded):
        confirm(own_id, author)
    with pytest.raises(NotAllowed):
        confirm(own_id, stranger)
    with pytest.raises(NotAllCompared):
        confirm(own_id, namesake, compared=[])
    with pytest.raises(CatalogueChanged):
        confirm(own_id, namesake, shown="another draft")
    with pytest.raises(NoSuchProcedure):
        procedure_called(SPRING_SCALE, revision)

    confirm(own_id, namesake)

    assert procedure_called(SPRING_SCALE, revision).source.is_checked
    with pytest.raises(NotADraft):
        in_draft(own_id, author, title_vi="Khác")
    with pytest.raises(NoSuchProcedure):
        releasable(stranger.organisation_id, SPRING_SCALE, revision)
    with transaction():
        again = begin_revision(
            lab.body.id,
            slug=SPRING_SCALE,
            revision=revision,
            document="ĐLVN 30:2026",
            actor=namesake,
        )
        assert (again.origin_revision, again.revision) == (
            revision,
            revision[:-1] + "2",
        )


def test_conditions_texts_and_what_is_given_up_on_the_pages(client, make, author):
    own = begin(client, make, author)
    conditions = fields(client.get(f"{own}/conditions").text) | {
        "rows-0-is_asked": "y",
        "rows-0-minimum": "50",
        "added": "humidity",
        "page": "5.2",
    }

    refused = client.post(f"{own}/conditions", data=conditions)
    assert "nhỏ hơn giá trị nhỏ nhất" in refused.text
    right = conditions | {"rows-0-minimum": "5,5"}
    assert client.post(f"{own}/conditions", data=right).status_code == 302
    texts = fields(client.get(f"{own}/texts").text)
    empty = client.post(f"{own}/texts", data=texts | {"title_vi": "", "page": "1"})
    assert "Chưa lưu gì cả" in empty.text
    texts |= {"title_vi": "Cân lò xo", "page": "1"}
    assert client.post(f"{own}/texts", data=texts).status_code == 302

    page = client.get(own).text
    assert "5,5" in page
    assert "Độ ẩm tương đối" in page
    assert "Cân lò xo" in page
    too_short = client.post(f"{own}/discard", data={"reason": "no"})
    assert "ít nhất mười ký tự" in too_short.text
    gone = client.post(f"{own}/discard", data={"reason": "Văn bản đã được thay thế."})
    assert gone.status_code == 302
    assert "đã bị bỏ" in client.get(own).text


def run(*words):
    result = CliRunner().invoke(group, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_same_is_done_without_a_screen(lab, author, tmp_path):
    origin = shipped_catalogue().procedure(SPRING_SCALE)
    file, login = tmp_path / "corrected.toml", author.login
    file.write_text(as_toml(origin.raw).replace('at = "Max / 2"', 'at = "Max / 0"'))
    words = ("correct", file, "--origin", "2026-1", "--document", "ĐLVN 30:2019")
    words = (*words, "--page", "7", "--as", login)

    refused = run(*words)
    assert refused.exit_code == 1
    file.write_text(as_toml(origin.raw).replace('at = "Max / 2"', 'at = "Max / 3"'))
    own_id = run(*words).output.strip()
    told = run("confirm", own_id, "--as", lab.reviewer.login).output
    assert "Max / 3" in told
    assert "ĐLVN 30:2019, 7" in told
    run("confirm", own_id, "--compared", "--as", lab.reviewer.login)
    exported = run("export", own_id).output
    revision = tomllib.loads(exported)["revision"]
    number = run("release", SPRING_SCALE, revision, "--as", login).stdout.strip()
    assert release_for(lab.body.id, SPRING_SCALE)[1].revision == revision
    reason = "Văn bản đã được thay thế."
    run("withdraw", number, "--reason", reason, "--as", login)
    listed = run("list", "--as", login).output
    assert f"own revision\t{SPRING_SCALE}\t{revision}\tconfirmed" in listed
    assert f"release\t{SPRING_SCALE}\t{revision}\twithdrawn" in listed
