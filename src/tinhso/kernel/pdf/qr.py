"""QR codes (ISO/IEC 18004), drawn here, so that no address leaves the house."""

import segno


def qr_svg(text: str) -> str:
    """An inline SVG for a page; it takes its size from CSS. Black on white in dark mode too, or cameras fail."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True, light="#fff")
    return drawn


def qr_data(text: str) -> str:
    """A ``data:`` address of a picture for printed templates."""
    address: str = segno.make(text, error="m", micro=False).svg_data_uri(border=2, scale=4)
    return address
