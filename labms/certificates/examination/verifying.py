"""`labms certificates verify`: is this file what was issued, and is it still good?"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app, has_app_context

from labms import clock
from labms.certificates.examination.examined import Examination, Log, Verdict
from labms.certificates.examination.examining import examine
from labms.certificates.examination.faults import SINCE
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_file,
    certificate_by_token,
    standings_of,
)
from labms.certificates.rules import CertificateState
from labms.i18n import N_, gettext
from labms.proof.logs import read_log
from labms.proof.notes import PublicKey
from labms.proof.queries import OwnLog, log_keys
from labms.registry.standings import STANDINGS, Standing
from labms.settings import Settings
from labms.signing.keys import trusted_roots
from labms.signing.rules import TRUSTS

#: What a genuine file may be worth without being a problem: what is under review counts
#: until it is suspended or revoked.
IN_FORCE = frozenset(
    {
        Standing.VALID,
        Standing.EXPIRING,
        Standing.NOTICE,
        Standing.CALIBRATED,
        Standing.UNDER_REVIEW,
    }
)
GENUINE = N_("Genuine: it is what was issued.")
UNALTERED = N_("Unaltered as issued, and signed since by somebody unknown: --trust")
TEST_PRINT = N_("A test print, without legal value.")

SINCE_UNKNOWN = N_(
    "Whether it was revoked since is not known without a log that has it: --log"
)


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="Public key of a log, or a file with it; several may be given. The "
    "instance's if none is.",
)
@click.option(
    "--log",
    "log_path",
    type=click.Path(exists=True, path_type=Path),
    help="An exported log or a folder of its tiles: tells what was revoked since.",
)
@click.option(
    "--trust",
    "trusted",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A certificate (PEM) of an authority whose signatures are believed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(
    file: Path,
    keys: tuple[str, ...],
    log_path: Path | None,
    trusted: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Say whether FILE is what was issued, and name what is wrong with it.

    With --key it needs no instance and no network.

    \b
    Exit status:
      0  genuine, and in force for all that is known here; under review too, which
         counts until it is suspended or revoked (and is said)
      1  anything else: not what was issued; genuine, and expired, ended, superseded,
         revoked, suspended or given up; unaltered, and signed since by somebody whom
         neither --trust nor --log knows
      2  nothing was checked: the words of the command were wrong

    Without --log or an instance nothing is known of what became of it since. With
    --json, "verdict", "faults" and "good" tell these apart.
    """
    data = file.read_bytes()
    is_here = has_app_context()
    known = [_key(text) for text in keys] or (log_keys() if is_here else [])
    if not known and not is_here:
        raise click.UsageError(gettext("Give the public key of the log: --key"))
    log: Log | None = read_log(log_path, known) if log_path else None
    if log is None and is_here and not keys:
        log = OwnLog()
    roots = [_der(path) for path in trusted]
    with ExitStack() as stack:
        if is_here:
            settings: Settings = current_app.extensions["labms"]
            roots += trusted_roots(settings)
            cache_dir = settings.cache_dir
        else:
            cache_dir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = examine(
            data, keys=known, cache_dir=cache_dir, log=log, trust_roots=roots
        )
    certificate = _here(found) if is_here and not keys else None
    worth = _worth(certificate) if certificate else _worth_by_itself(found)
    if certificate and certificate.file_hash == found.file:
        found.findings[:] = [one for one in found.findings if one.fault in SINCE]
    is_good = found.is_good and worth is not Standing.EXPIRED
    if certificate:
        is_good = found.is_genuine and worth in IN_FORCE
    if as_json:
        told = {**_told(found, certificate, worth), "good": is_good}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _say(found, certificate, worth)
    sys.exit(not is_good)


def _key(text: str) -> PublicKey:
    path = Path(text)
    if "+" not in text and path.is_file():
        text = path.read_text("utf-8")
    return PublicKey.read(text)


def _der(path: Path) -> bytes:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(
            Encoding.DER
        )
    except ValueError as error:
        raise click.BadParameter(f"{path.name}: {error}") from error


def _here(found: Examination) -> Certificate | None:
    """Return the document in this instance that a genuine file is of."""
    by_file = certificate_by_file(found.file)
    if by_file is not None or not found.is_genuine or not found.code:
        return by_file
    return certificate_by_token(found.code)


def _worth(certificate: Certificate) -> Standing:
    settings: Settings = current_app.extensions["labms"]
    return standings_of(
        [certificate], on=clock.today(), expiring_days=settings.expiring_days
    )[certificate.id]


def _worth_by_itself(found: Examination) -> Standing | None:
    """Return that a genuine file's last day is past, as far as it says itself."""
    last = str((found.content or {}).get("valid_until") or "")
    if found.verdict is Verdict.OTHER or not last:
        return None
    return Standing.EXPIRED if date.fromisoformat(last) < clock.today() else None


def _number(found: Examination) -> str:
    return str(found.content.get("number") or "") if found.content else ""


def _is_followed(found: Examination, certificate: Certificate | None) -> bool:
    return certificate is not None or found.is_followed


def _is_test(found: Examination) -> bool:
    return bool(found.content and found.content.get("test_print"))


def _say(
    found: Examination, certificate: Certificate | None, worth: Standing | None
) -> None:
    if worth and found.is_genuine:
        number = certificate.number if certificate else _number(found)
        click.echo(f"{number}\t{worth}\t{gettext(STANDINGS[worth])}")
        if certificate and certificate.state is CertificateState.REVOKED:
            click.echo(certificate.revocation_text or "")
    elif found.is_genuine:
        click.echo(f"{_number(found)}\tgenuine\t{gettext(GENUINE)}")
    elif found.is_unaltered:
        click.echo(f"{_number(found)}\tunaltered\t{gettext(UNALTERED)}")
    if found.verdict is not Verdict.OTHER and not _is_followed(found, certificate):
        click.echo(gettext(SINCE_UNKNOWN))
    if _is_test(found):
        click.echo(gettext(TEST_PRINT))
    for one in found.findings:
        click.echo(f"{one.fault}\t{one.text}")
    for each in found.signatures:
        text = gettext("Signed by {signer}: {trust}")
        trust = gettext(TRUSTS[each.trust])
        click.echo(text.format(signer=each.signer or each.field, trust=trust))
    if found.checkpoint and found.key:
        text = gettext("Entry {position} of the log {name}, of {size} entries then")
        told = {"name": found.key.name, "size": found.checkpoint.size}
        click.echo(text.format(position=found.position, **told))


def _told(
    found: Examination, certificate: Certificate | None, worth: Standing | None
) -> Mapping[str, Any]:
    vouched = found.checkpoint and found.key
    return {
        "file": found.file,
        "genuine": found.is_genuine,
        "verdict": str(found.verdict),
        "faults": [
            {"code": str(one.fault), "text": str(one.text)} for one in found.findings
        ],
        "number": certificate.number if certificate else _number(found) or None,
        "standing": str(worth) if worth else None,
        "revocation_known": _is_followed(found, certificate),
        "test_print": _is_test(found),
        "log": {
            "name": found.key.name,
            "key": str(found.key),
            "entry": found.position,
            "size": found.checkpoint.size,
        }
        if vouched and found.key and found.checkpoint
        else None,
        "in_given_log": found.is_logged,
        "signatures": [_signature(each) for each in found.signatures],
    }


def _signature(one: Any) -> Mapping[str, Any]:
    return {
        "signer": one.signer,
        "organisation": one.organisation,
        "intact": one.intact,
        "trust": str(one.trust),
        "covers": str(one.covers),
        "added": str(one.added),
        "claimed_at": one.claimed_at and one.claimed_at.isoformat(),
        "stamped_at": one.stamped_at and one.stamped_at.isoformat(),
    }


def needs_no_instance(words: Sequence[str]) -> bool:
    """Whether `labms certificates` is asked for what a public key alone can answer."""
    return list(words[:1]) == ["verify"] and any(
        word == "--key" or word.startswith("--key=") for word in words
    )
