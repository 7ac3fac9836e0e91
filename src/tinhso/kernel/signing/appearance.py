"""How a signature looks on paper.

Decree 30/2020, Appendix I: a person's signature is blue, an agency's seal red and to its left, as registered
pictures. Without a picture the stamp says in words who signed and when; we never draw a seal of our own making.
The time is real and carries its zone (ISO 8601), in the Appendix's form dd/mm/yyyy; hh:mm:ss.
"""

from datetime import datetime
from functools import cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from PIL import Image
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator, GlyphAccumulatorFactory
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import TextStampStyle

from tinhso.kernel import clock
from tinhso.kernel.pdf.render import FONTS
from tinhso.kernel.signing.base import Role, SignatureRequest

_INK: dict[Role, tuple[float, float, float]] = {Role.PERSON: (0.07, 0.19, 0.55), Role.SEAL: (0.75, 0.05, 0.08)}
_LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA), 0x2013, 0x2019]


class StampFont(GlyphAccumulatorFactory):
    """Liberation Serif prepared once: pyHanko cuts it again for each stamp, and from a small font that is quick.

    pyHanko 0.38 writes glyph widths in the font's own units where PDF wants thousandths, so the font gets 1000 to
    the em; with 2048 the letters would stand apart and the widths break PDF/A.
    """

    def create_font_engine(self, writer: BasePdfFileWriter, obj_stream: object = None) -> GlyphAccumulator:
        return GlyphAccumulator(writer, BytesIO(_letters()), font_size=self.font_size, bcp47_lang_code="vi")


@cache
def _letters() -> bytes:
    options = subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    options.drop_tables += ["FFTM"]
    cutter = subset.Subsetter(options)
    font = TTFont(FONTS / "LiberationSerif-Regular.ttf")
    cutter.populate(unicodes=_LETTERS)
    cutter.subset(font)
    scale_upem(font, 1000)
    cut = BytesIO()
    font.save(cut)
    return cut.getvalue()


def words(request: SignatureRequest, name: str, agency: str, at: datetime) -> str:
    """The lines of the stamp."""
    local = clock.local(at)
    zone = local.strftime("%z")
    when = f"{local:%d/%m/%Y; %H:%M:%S} {zone[:3]}:{zone[3:]}"
    if request.role is Role.SEAL:
        return "\n".join((*_wrapped(f"Cơ quan ký số: {name}"), "Thời gian ký:", when))
    return "\n".join((*_wrapped(f"Người ký: {name}"), *_wrapped(agency), "Thời gian ký:", when))


def style(request: SignatureRequest, name: str, agency: str, at: datetime) -> TextStampStyle:
    """What pyHanko draws into the signature's field."""
    ink = _INK[request.role]
    picture = PdfImage(Image.open(BytesIO(request.image)).convert("RGBA"), writer=None) if request.image else None
    return TextStampStyle(
        stamp_text=words(request, name, agency, at).replace("%", "%%"),
        border_width=0 if picture else 1,
        border_color=ink,
        background=picture,
        background_opacity=1.0,
        text_box_style=TextBoxStyle(
            font=StampFont(str(FONTS / "LiberationSerif-Regular.ttf")),
            font_size=9,
            leading=11,
            text_color=ink,
            box_layout_rule=layout.SimpleBoxLayoutRule(
                x_align=layout.AxisAlignment.ALIGN_MIN,
                y_align=layout.AxisAlignment.ALIGN_MID,
                margins=layout.Margins.uniform(4),
            ),
        ),
    )


def _wrapped(text: str, width: int = 34) -> list[str]:
    """Lines of at most ``width`` letters, broken at spaces: the stamp does not wrap by itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
