"""Pictures of pages that do not exist, as Chromium would take them."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (960, 540)
INK, PAPER, BAND = "#1c2530", "#ffffff", "#dfe7ef"


def shop_page(site: str, cart: str) -> bytes:
    """A shop's cart as PNG: its name, and what lies in the cart."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 80), fill=BAND)
    draw.text((32, 32), site.encode("ascii", "replace").decode(), fill=INK)
    draw.rectangle((32, 130, SIZE[0] - 32, 230), outline=INK)
    draw.text((56, 172), f"Panier: {cart}", fill=INK)
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
