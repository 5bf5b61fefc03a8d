"""Logos: what a body sends in becomes a small plain picture that paper can hold.

Transparency is laid on white (an archive of level 1 would refuse it, and paper is
white), colours are reduced to a palette, and what a camera wrote beside is left out.
"""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from labms.errors import Invalid
from labms.i18n import N_

#: What may be sent in, and what becomes of it: 300 dots over 18 mm print at 420 dpi.
MOST_BYTES = 2_000_000
MOST_DOTS = 16_000_000
SIDE = 300
COLOURS = 128
FORMATS = ("PNG", "JPEG")


class BadLogo(Invalid):
    """A file that cannot be printed as a logo."""

    code = "organisation.bad_logo"
    message = N_("The logo cannot be used: {problem}")


def plain_logo(data: bytes) -> bytes:
    """Return a picture as a PNG with a palette, at most 300 dots wide and high.

    Raises BadLogo for what is no PNG or JPEG, or too large. What is sent in is only
    read as one of the two: no other decoder sees it.
    """
    if len(data) > MOST_BYTES:
        raise BadLogo(problem=N_("it has more than 2 MB."))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            wide, high = picture.size
            if wide * high > MOST_DOTS:
                raise BadLogo(problem=N_("it has more than 16 million dots."))
            if min(wide, high) < 16:
                raise BadLogo(problem=N_("it has fewer than 16 dots a side."))
            return _plain(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        raise BadLogo(problem=N_("it is neither PNG nor JPEG.")) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadLogo(problem=N_("it is damaged.")) from error


def _plain(picture: Image.Image) -> bytes:
    coloured = picture.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    flat = Image.alpha_composite(paper, coloured).convert("RGB")
    flat.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    few = flat.quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = BytesIO()
    few.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
