"""Small pictures of nothing, with 示例 written across, in the place of photos of drills."""

import io
import random

from PIL import Image, ImageDraw

from nanhua_emergency.drills.photos import ShrunkPhoto, shrink_photo

# 示例 as dots, for a font with Chinese letters is not on every machine.
LETTERS = (
    ("0111111100", "0000000000", "1111111111", "0000100000", "0000100000",
     "0100101000", "0100100100", "1000100010", "1000100001", "0011100000"),
    ("0010111101", "0010010001", "0100010101", "0101110101", "1101010101",
     "0110010101", "0100110101", "0100100001", "0101000001", "0110000011"),
)  # fmt: skip
SIZE, DOT = (640, 480), 14


def draw_photo(chance: random.Random) -> ShrunkPhoto:
    """A sky, a field, some houses and the word 示例."""
    picture = Image.new("RGB", SIZE, (178, 205, 224))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 300, *SIZE), fill=(chance.randint(120, 190), 160, chance.randint(80, 120)))
    for _ in range(6):
        left, height = chance.randint(0, 560), chance.randint(40, 110)
        pen.rectangle((left, 300 - height, left + 80, 320), fill=(150, chance.randint(90, 140), 90))
    for place, letter in enumerate(LETTERS):
        _write(pen, letter, left=150 + place * 180, top=180)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return shrink_photo(out.getvalue(), "示例.jpg")


def _write(pen: ImageDraw.ImageDraw, letter: tuple[str, ...], *, left: int, top: int) -> None:
    for row, line in enumerate(letter):
        for column, dot in enumerate(line):
            if dot == "1":
                corner = left + column * DOT, top + row * DOT
                pen.rectangle((*corner, corner[0] + DOT, corner[1] + DOT), fill="white")
