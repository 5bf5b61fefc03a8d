"""What people do to a PDF: by bytes, with another program, or with ours."""

import json
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from labms.audit.rules import canonical
from labms.certificates.enclosing import CONTENT, PROOF, TRAIL, enclosed
from labms.certificates.examination.opened import Opened
from labms.certificates.pdf import draw

OPENED = {"content": CONTENT, "proof": PROOF, "trail": TRAIL}


def inside(data):
    """What lies in a file, as text."""
    found = Opened(data).last.inside
    return {name: found[file].decode() for name, file in OPENED.items()}


class Forger:
    """Somebody who has the program, and no key."""

    def __init__(self, data, cache_dir):
        self.data = data
        self.inside = inside(data)
        self.cache_dir = cache_dir

    def flipped(self, at):
        """One bit is another one."""
        bent = bytearray(self.data)
        bent[at] ^= 1
        return bytes(bent)

    def drawn(self, *, shown=None, **instead):
        """Drawn by our own program, with other things inside, or other pages."""
        given = self.inside | instead
        words = json.loads(given["content"]) if shown is None else shown
        files = enclosed(
            given["content"], twin=None, proof=given["proof"], trail=given["trail"]
        )
        return draw(words, cache_dir=self.cache_dir, attachments=files)

    def reworded(self, **words):
        """The words with others in their place, in canonical form."""
        return canonical(json.loads(self.inside["content"]) | words)

    def saved(self, change=lambda _pdf: None, **way):
        """Opened in another program, changed, and saved."""
        out = BytesIO()
        with pikepdf.open(BytesIO(self.data)) as pdf:
            change(pdf)
            pdf.save(out, **way)
        return out.getvalue()

    def added(self, change):
        """Changed by adding to the end of the file."""
        return later(self.data, change)


def later(data, change):
    """A further version of a file, added to its end."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def write_over(pdf):
    """Cover a part of the first page."""
    page = pdf.pages[0]
    page.Contents.write(page.Contents.read_bytes() + b"\n1 g 90 500 200 20 re f")


def put_in(name, data):
    """Put a file in, or in the place of another."""

    def change(pdf):
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data)

    return change


def take_out(name):
    """Take a file out."""

    def change(pdf):
        del pdf.attachments[name]

    return change


def cover_later(writer):
    """Cover a part of the first page, in a version that comes after."""
    from pyhanko.pdf_utils.generic import StreamObject, pdf_name

    page = writer.root["/Pages"]["/Kids"][0]
    cover = writer.add_object(StreamObject(stream_data=b"1 g 90 500 200 20 re f"))
    page[pdf_name("/Contents")] = cover
    writer.update_container(page)
