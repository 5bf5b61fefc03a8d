"""Where the twin of a document is found: in its file, at its address, by command."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from labms.certificates.cli import group
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.queries import content_of_document
from labms.certificates.rules import DocumentKind
from labms.certificates.services import reserve_certificate
from labms.certificates.twin import twin_bytes, twin_of
from labms.db import transaction
from labms.dcc.reading import read_dcc
from labms.dcc.writing import dcc_of, file_name, has_twin
from labms.filestore import read
from labms.policy import Role
from tests.dcc.examples import calibration
from tests.dcc.schema import faults
from tests.jobs.test_calibration import GAUGE, Bench


def enclosed(settings, certificate):
    return PdfReader(BytesIO(read(settings.files_dir, certificate.file_hash)))


@pytest.mark.long
def test_a_calibration_certificate_carries_its_twin(make, settings):
    certificate = Bench(make).issued(settings, GAUGE)
    says = content_of_document(certificate)

    pdf = enclosed(settings, certificate)

    assert pdf.attachments[file_name(says)] == [dcc_of(says)]
    (one,) = [
        each.get_object()
        for each in pdf.trailer["/Root"]["/AF"]
        if each.get_object()["/UF"] == file_name(says)
    ]
    assert one["/AFRelationship"] == "/Data"


def test_that_of_a_verification_opens_after_the_end_of_the_serial(
    settings, client, make, work, issue
):
    certificate = issue(work.job())
    address = f"/c/{certificate.lookup_token}.xml"
    serial = content_of_document(certificate)["instrument"]["serial"]

    opened = client.get(f"{address}?serial={serial[-4:]}")

    assert opened.data == twin_bytes(certificate)
    assert opened.mimetype == "text/xml"
    assert f'formaction="{address}"' in client.get(address.removesuffix(".xml")).text
    assert client.get(address).status_code == 403
    assert client.get(f"{address}?serial=0000").status_code == 403
    assert client.get("/c/0123456789ABCDEFGH.xml?serial=0000").status_code == 404
    assert not any(
        ".xml" in name for name in enclosed(settings, certificate).attachments
    )

    make.sign_in(client, make.user(Role.MANAGER))
    page = client.get(f"/certificates/{certificate.id}").text
    assert f"/certificates/{certificate.id}.xml" in page
    assert client.get(f"/certificates/{certificate.id}.xml").data == opened.data
    assert client.get(address).data == opened.data
    done = CliRunner().invoke(group, ["export", certificate.number, "--format", "dcc"])
    assert done.stdout_bytes == opened.data


def test_what_cannot_have_a_twin_is_issued_without():
    early = calibration()
    unreadable = calibration()
    del early["machine"]
    unreadable["results"][0]["rows"][0][0] = "?"
    for says in (early, unreadable):
        row = Certificate(kind=DocumentKind.CALIBRATION, content=json.dumps(says))
        assert twin_of(row) is None
    assert twin_of(
        Certificate(kind=DocumentKind.CALIBRATION, content=json.dumps(calibration()))
    )
    assert has_twin(calibration())
    assert not has_twin(early)


@pytest.mark.long
def test_a_body_may_have_it_in_verifications_too_with_all_readings(
    lab, client, make, settings
):
    page = f"/certificates/digital/{lab.body.id}"
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=lab.body))
    client.post(page, data={"is_enclosed": "y"})
    assert "checked" in client.get(page).text
    job = lab.approved()
    with transaction():
        reserved = reserve_certificate(
            job, actor=lab.signatory, shown=content_hash(job), settings=settings
        )
        certificate_id = reserved.id

    certificate = finish_issuing(certificate_id, settings=settings)

    says = content_of_document(certificate)
    inside = enclosed(settings, certificate).attachments[file_name(says)][0]
    assert inside == twin_bytes(certificate)
    stated = [one for one in read_dcc(inside).series if "Sai số" in one.name]
    assert sum(len(one.points) for one in stated) == sum(
        len(table["rows"]) for table in says["readings"]
    )
    assert len(stated) == len(says["readings"]) > 0
    assert faults(inside) == []
    client.post(page, data={"sent": "1"})
    assert "checked" not in client.get(page).text
