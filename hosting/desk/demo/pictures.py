"""Pictures of pages that do not exist, as Chromium would take them."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = (960, 540)
INK, PAPER, BAND = "#1c2530", "#ffffff", "#dfe7ef"


def shop_page(site: str, cart: str) -> bytes:
    """A shop's cart as PNG: its name, and what lies in the cart."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=30)
    draw.rectangle((0, 0, SIZE[0], 90), fill=BAND)
    draw.text((32, 26), site, fill=INK, font=font)
    draw.rectangle((32, 130, SIZE[0] - 32, 230), outline=INK)
    draw.text((56, 160), f"Panier: {cart}", fill=INK, font=font)
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
