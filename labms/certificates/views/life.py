"""What the page of one document shows of its life: corrections and doubts."""

from typing import Any

from labms.certificates.correction.correcting import changes_of
from labms.certificates.forms import HoldForm, LiftForm
from labms.certificates.life import CORRECTION_REASONS, HOLD_REASONS
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    correction_by,
    correction_on_its_way,
    holds_of,
)
from labms.registry.standings import HELD, STANDINGS


def life_of(certificate: Certificate) -> dict[str, Any]:
    """Return what it corrects and why, what will take its place, and what holds it."""
    correction = correction_by(certificate.id)
    return {
        "correction": correction,
        "corrected": (
            certificate_by_id(correction.corrects_id) if correction else None
        ),
        "changes": changes_of(correction.changes) if correction else [],
        "under_way": correction_on_its_way(certificate.id),
        "hold": holds_of([certificate]).get(certificate.id),
        "holding": HoldForm(formdata=None),
        "lifting": LiftForm(formdata=None),
        "CORRECTION_REASONS": CORRECTION_REASONS,
        "HOLD_REASONS": HOLD_REASONS,
        "HELD_NAMES": {kind: STANDINGS[worth] for kind, worth in HELD.items()},
    }
