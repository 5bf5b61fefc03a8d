"""Apache PDFBox Preflight: a judge of archival files that we did not write."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_JAVA = Path("/usr/share/java")
_NEEDED = "preflight pdfbox2 fontbox2 xmpbox commons-io commons-logging".split()
_NEEDED += ["javax.activation", "jaxb-api"]
_PACKAGES = "libpdfbox2-java libjaxb-api-java libactivation-java default-jre-headless"


def verdict_on(data: bytes, folder: Path) -> str:
    """Return what Preflight says of a file as PDF/A-1b, the one level that it knows.

    Levels 1b and 3b differ for us in two things: what the file calls itself, and that
    it may hold others. So the file is judged under the other name, without any.
    """
    jars = [_JAVA / f"{name}.jar" for name in _NEEDED]
    if shutil.which("java") is None or not all(jar.exists() for jar in jars):
        needed = f"NOT RUN: there is no Preflight; apt-get install {_PACKAGES}"
        if os.environ.get("CI"):
            pytest.fail(needed)
        pytest.skip(needed)
    file = folder / "judged.pdf"
    file.write_bytes(data.replace(b"<pdfaid:part>3<", b"<pdfaid:part>1<"))
    judge = "org.apache.pdfbox.preflight.Validator_A1b"
    path = ":".join(map(str, jars))
    done = subprocess.run(
        ["java", "-cp", path, judge, str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr
