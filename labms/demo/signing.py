"""How the bodies of the demo sign: one on the server, one by token, one by hand.

Only lately: before, all signed by hand, as most bodies do.
"""

from datetime import date

from labms import clock
from labms.certificates.files import signing_of
from labms.certificates.handing import is_signed_electronically
from labms.certificates.models import Certificate
from labms.certificates.signatures.signed_elsewhere import Sent, take_signed
from labms.demo.cast import Cast, Staff
from labms.demo.timeline import Timeline, months_before, workday
from labms.filestore import read
from labms.organisations.queries import body_by_id
from labms.settings import Settings
from labms.signing.keys import key_of
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from labms.signing.splicing import spliced

#: So many days a document waits for the token at most, in the demo.
WAITS = 40


def plan_signing(timeline: Timeline, cast: Cast, *, today: date) -> None:
    """Let the first body choose the server and the second its signatory's token."""
    for staff, way, months in zip(
        cast.bodies, (SigningWay.SERVER, SigningWay.TOKEN), (2, 8), strict=False
    ):
        day = workday(months_before(today, months))
        timeline.then(day, "07:30", _choose, staff, way)


def _choose(staff: Staff, way: SigningWay) -> None:
    choose_way(body_by_id(staff.body_id), way, actor=staff.quality_manager)


def is_on_paper(paper: Certificate) -> bool:
    """Whether a document is signed by hand, sealed and handed over."""
    return signing_of(paper.id) is None


def is_signed(paper: Certificate) -> bool:
    """Whether a document bears its signature, by hand or electronic."""
    return paper.signed_on is not None or is_signed_electronically(paper)


def sign_with_token(
    paper: Certificate, staff: Staff, *, today: date, settings: Settings
) -> None:
    """Let a signatory sign a document on a computer of their own, and send it in.

    The last ones are left, so that somebody can try it. Opens its own transactions.
    """
    signing = signing_of(paper.id)
    if (
        signing is None
        or signing.way is not SigningWay.TOKEN
        or paper.file_hash is None
    ):
        return
    if (today - clock.today()).days < WAITS:
        return
    person = staff.signatory
    key = key_of(f"{staff.plan.code}-nguoi-ky", person.name, settings=settings)
    issued = read(settings.files_dir, paper.file_hash)
    data = spliced(issued, key, at=clock.now(), field="chu-ky")
    if data is not None:
        sent = Sent(f"{paper.lookup_token}.pdf", data)
        # A certificate for trial use says so beside the name, which is asked about.
        take_signed(sent, actor=person, settings=settings, nevertheless=True)
