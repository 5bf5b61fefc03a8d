"""The standards that were used, with their certificates and the chain above each."""

from collections.abc import Mapping
from typing import Any

from labms.dcc.markup import contents, identification, name, only, text, within

Content = Mapping[str, Any]


def equipment(content: Content) -> str:
    """Return the standards used, each with its certificate and those above it."""
    standards = content["standards"]
    if not standards:
        return ""
    day = content["performed_on"]
    found = [
        within(
            "measuringEquipment",
            (
                name(one["name"]),
                _report("certificate", one, relied_on=day),
                within("manufacturer", (name(one["maker"]),))
                if one.get("maker", "").strip()
                else "",
                only("model", one.get("model", "")),
                _known_by(one),
            ),
            kind="basic_normalUsed",
        )
        for one in standards
    ]
    return within("measuringEquipments", found)


def _known_by(standard: Content) -> str:
    known = identification(
        "manufacturer", standard["serial"], "Số chế tạo", "Serial number"
    ) + identification(
        "calibrationLaboratory",
        standard["inventory_number"],
        "Số quản lý",
        "Inventory number",
    )
    return within("identifications", (known,)) if known else ""


def _report(tag: str, one: Content, *, relied_on: str) -> str:
    """Return a certificate of a standard, and those above it.

    The schema has room for one line upwards: where a certificate names several
    standards above, the others are told in words.
    """
    above = one.get("above", ())
    told = [one["name"]]
    if made := one.get("calibrated_on", ""):
        told.append(f"{made} … {one['due_on']}")
    told += [f"+ {each['certificate_number']} ({each['issuer']})" for each in above[1:]]
    held = one.get("calibrated_on", "") <= relied_on <= one["due_on"]
    digest, number = one.get("file_hash", ""), one["certificate_number"].strip() or "-"
    return within(
        tag,
        (
            text("referral", one["issuer"]),
            only("referralID", number),
            only("procedure", "sha256" if digest else "analogue"),
            only("value", digest or number),
            f"<dcc:description>{contents('; '.join(told))}</dcc:description>\n",
            f"<dcc:inValidityRange>{_yes(held)}</dcc:inValidityRange>\n",
            f"<dcc:traceable>{_yes(is_traceable(one))}</dcc:traceable>\n",
            _report("linkedReport", above[0], relied_on=one["calibrated_on"])
            if above
            else "",
        ),
    )


def is_traceable(one: Content) -> bool:
    """Return whether every line upwards ends at the unit itself."""
    above = one.get("above", ())
    return bool(one.get("is_root")) or (bool(above) and all(map(is_traceable, above)))


def _yes(value: bool) -> str:
    return "true" if value else "false"
