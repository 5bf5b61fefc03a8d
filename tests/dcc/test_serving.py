"""Where the twin of a certificate is found: in its file, at its address, by command."""

import json
from io import BytesIO

from click.testing import CliRunner
from pypdf import PdfReader

from labms.certificates.cli import group
from labms.certificates.models import Certificate
from labms.certificates.queries import content_of_document
from labms.certificates.rules import DocumentKind
from labms.certificates.twin import has_twin, twin_bytes, twin_of
from labms.dcc.writing import dcc_of, file_name
from labms.filestore import read
from labms.policy import Role
from tests.dcc.examples import calibration


def test_a_calibration_certificate_carries_its_twin(gauge, settings):
    says = content_of_document(gauge)
    pdf = PdfReader(BytesIO(read(settings.files_dir, gauge.file_hash)))

    assert pdf.attachments[file_name(says)] == [dcc_of(says)]
    (one,) = [
        each.get_object()
        for each in pdf.trailer["/Root"]["/AF"]
        if each.get_object()["/UF"] == file_name(says)
    ]
    assert one["/AFRelationship"] == "/Data"


def test_it_opens_after_the_end_of_the_serial_number(client, gauge):
    address = f"/c/{gauge.lookup_token}.xml"
    tail = content_of_document(gauge)["instrument"]["serial"][-4:]

    opened = client.get(f"{address}?serial={tail}")

    assert opened.data == twin_bytes(gauge)
    assert opened.mimetype == "text/xml"
    assert client.get(address).status_code == 403
    assert client.get(f"{address}?serial=0000").status_code == 403
    assert client.get("/c/0123456789ABCDEFGH.xml?serial=0000").status_code == 404


def test_who_is_signed_in_opens_it_from_the_page(client, make, gauge):
    make.sign_in(client, make.user(Role.MANAGER))

    page = client.get(f"/certificates/{gauge.id}").get_data(as_text=True)
    assert f"/certificates/{gauge.id}.xml" in page
    assert client.get(f"/certificates/{gauge.id}.xml").data == twin_bytes(gauge)
    assert client.get(f"/c/{gauge.lookup_token}.xml").data == twin_bytes(gauge)


def test_it_is_exported_by_command(gauge):
    done = CliRunner().invoke(group, ["export", gauge.number, "--format", "dcc"])

    assert done.exit_code == 0
    assert done.stdout_bytes == twin_bytes(gauge)


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
