"""What a machine is told beside the printed words: chains, hashes, where, by what."""

from collections.abc import Iterable
from typing import Any

import labms
from labms.certificates.dossier import Dossier
from labms.jobs.models import JobStandard
from labms.traceability.chains import Link
from labms.traceability.queries import chain_as_used


def machine_facts(dossier: Dossier) -> dict[str, str]:
    """Return what a digital certificate needs and no paper shows."""
    return {
        "software": f"v{labms.__version__}",
        "location": "other" if dossier.job.place else "laboratory",
    }


def provenance_of(dossier: Dossier) -> dict[int, dict[str, Any]]:
    """Return how each standard used is linked upwards, by its id, as it was relied on.

    Of each certificate the hash of its file, if we have it. Two reads or three, one for
    each level.
    """
    by = {one.standard_id: one.calibration_id for one in dossier.used}
    if not by:
        return {}
    chain = chain_as_used(by, on=dossier.job.day_performed)
    found = _trees(chain.links)
    return {
        one.standard_id: _used(one) | found.get(one.standard_id, {})
        for one in dossier.used
    }


def _used(one: JobStandard) -> dict[str, Any]:
    return {
        "maker": one.standard.maker,
        "model": one.standard.model,
        "calibrated_on": one.calibration.calibrated_on.isoformat(),
        "file_hash": one.calibration.file_hash or "",
        "is_root": one.calibration.is_root,
    }


def _trees(links: Iterable[Link]) -> dict[Any, dict[str, Any]]:
    """Return what stands above each standard that was itself used."""
    path: list[list[dict[str, Any]]] = []
    known: dict[Any, list[dict[str, Any]]] = {}
    roots: dict[Any, dict[str, Any]] = {}
    for link in links:
        row = link.calibration
        above = known.setdefault(row.key if row else None, [])
        del path[link.level :]
        if link.level == 0:
            roots[link.standard.key] = {"above": above}
        elif row is not None:
            node = {
                "name": link.standard.name,
                "certificate_number": row.number,
                "issuer": row.issuer_name,
                "calibrated_on": row.calibrated_on.isoformat(),
                "due_on": row.due_on.isoformat(),
                "file_hash": row.file_hash,
                "is_root": row.is_root,
                "above": above,
            }
            if node not in path[-1]:
                path[-1].append(node)
        path.append(above)
    return roots
