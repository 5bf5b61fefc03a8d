"""Whether a DCC is valid by PTB's schema, where a copy of the schema is at hand.

The schema is not part of this program. A folder that holds it is a setting; nothing
depends on it.
"""

from functools import lru_cache
from pathlib import Path

from lxml import etree

#: So many findings are told; the first ones say enough.
MOST_FINDINGS = 20


def schema_file(folder: Path, version: str) -> Path | None:
    """Return the file of the schema of a version, if the folder has it."""
    for place in (folder, folder / "dcc"):
        path = place / f"v{version}" / "dcc.xsd"
        if path.is_file():
            return path
    return None


@lru_cache(maxsize=4)
def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(path), parser))


def findings(root: etree._Element, folder: Path) -> list[str] | None:
    """Return what is not valid by the schema; None where it could not be asked."""
    path = schema_file(folder, root.get("schemaVersion", ""))
    if path is None:
        return None
    try:
        schema = _schema(path)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError):
        return None
    schema.validate(root)
    told = [f"{one.line}: {one.message[:300]}" for one in schema.error_log]
    return told[:MOST_FINDINGS]
