"""PTB's schema, where somebody has put it; the project does not contain it."""

import os
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from labms.dcc.rules import VERSION

_PLACES = (
    os.environ.get("LABMS_DCC_SCHEMA", ""),
    *(Path(__file__).parents[up] / "shared" / "dcc-schema" / "dcc" for up in (2, 3)),
)


def schema_folder() -> Path | None:
    """Return the folder with `v3.3.0/dcc.xsd` in it, if there is one."""
    for place in filter(None, _PLACES):
        for folder in (Path(place), Path(place) / "dcc"):
            if (folder / f"v{VERSION}" / "dcc.xsd").is_file():
                return folder
    return None


@cache
def _schema(folder: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(str(folder / f"v{VERSION}" / "dcc.xsd"), parser))


def schema() -> etree.XMLSchema:
    """Return the schema; skip the test where there is none."""
    folder = schema_folder()
    if folder is None:
        pytest.skip("no DCC schema: name its folder in LABMS_DCC_SCHEMA")
    return _schema(folder)


def faults(data: bytes) -> list[str]:
    """Return what is not valid by the schema; nothing where there is none to ask."""
    folder = schema_folder()
    if folder is None:
        return []
    one = _schema(folder)
    one.validate(etree.fromstring(data))
    return [str(each) for each in one.error_log]
