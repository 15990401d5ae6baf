"""Add photos to the record of a drill."""

import io
import random
import zlib
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from webtest import Upload

from conftest import Browse
from drill_factories import a_held_drill, a_picture, open_record_form
from factories import Cast, count_rows, keep
from nanhua_emergency.database import db
from nanhua_emergency.drills.photos import LONGEST_SIDE, PhotoRefused, shrink_photo
from nanhua_emergency.drills.record_models import DrillRecord, Photo


def a_picture_with_position() -> bytes:
    """A photo that says where and with which camera it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRET-CAMERA", 6
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (38.0, 54.0, 12.0)
    return a_picture(size=(3000, 2000), exif=exif, comment=b"SECRET-COMMENT")


def a_bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 pixels wide and high."""
    data = bytearray(a_picture("PNG", size=(1, 1)))
    data[16:24] = (50_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
REFUSED = {
    "huge.jpg": (a_picture() + bytes(30 * 1024 * 1024), "超过 20 MB"),
    "paper.jpg": (b"%PDF-1.7\n" + bytes(500), "“paper.jpg”不是照片"),
    "bomb.png": (a_bomb(), "尺寸太大，请缩小后再传"),
    "phone.heic": (HEIC, "是 HEIC 格式"),
    "phone.jpg": (HEIC, "是 HEIC 格式"),
    "half.jpg": (a_picture(size=(2000, 1500))[:4000], "打不开，可能已经损坏"),
    "half.png": (a_picture("PNG", size=(900, 900))[:400], "打不开，可能已经损坏"),
    "empty.jpg": (b"", "“empty.jpg”不是照片"),
    "text.jpg": ("不是照片".encode(), "“text.jpg”不是照片"),
    "page.jpg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "“page.jpg”不是照片"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_what_is_no_photo_and_keeps_the_rest(
    app: Flask, cast: Cast, browse: Browse, name: str
) -> None:
    data, message = REFUSED[name]
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id)
    form["photos"] = [Upload("good.jpg", a_picture()), Upload(name, data)]
    page = form.submit(status=422)
    assert message in page.html.find(id="refusals").get_text()
    assert page.forms["record-form"]["count_villagers"].value == "40"
    assert count_rows(DrillRecord, Photo) == {"drill_record": 0, "photo": 0}
    page.forms["record-form"].submit(status=302)


def kept_files(app: Flask) -> set[Path]:
    folder = Path(app.instance_path) / "uploads" / "photos"
    return {path for path in folder.rglob("*") if path.is_file()}


def test_it_keeps_photos_shrunk_and_without_what_the_camera_wrote(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    sent = a_picture_with_position()
    assert b"SECRET-CAMERA" in sent
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id)
    form["photos"] = [Upload("现场.jpg", sent), Upload("b.png", a_picture("PNG", "RGBA"))]
    form.submit(status=302)
    photo_ids = sorted(photo.id for photo in db.session.query(Photo))
    assert len(photo_ids) == 2
    answer = browse(cast.office).get(f"/drills/photos/{photo_ids[0]}.jpg")
    assert answer.content_type == "image/jpeg"
    picture = Image.open(io.BytesIO(answer.body))
    assert picture.size == (1067, LONGEST_SIDE)  # turned upright, then shrunk
    assert not picture.getexif()
    assert b"SECRET" not in answer.body
    assert len(answer.body) < len(sent)


def test_it_keeps_the_same_photo_once(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id)
    form["photos"] = [Upload(f"{n}.jpg", a_picture()) for n in range(3)]
    form.submit(status=302)
    assert count_rows(Photo) == {"photo": 1}
    page = browse(cast.village).get(f"/drills/records/{db.session.query(DrillRecord.id).scalar()}")
    assert len(page.html.select(".photos img")) == 1


def test_it_takes_twelve_photos_and_refuses_thirteen(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    pictures = [Upload(f"{n}.jpg", a_picture(size=(64 + n, 64))) for n in range(13)]
    form = open_record_form(browse(cast.village), drill_id)
    form["photos"] = pictures
    assert "一次最多传 12 张照片" in form.submit(status=422).text
    assert count_rows(DrillRecord) == {"drill_record": 0}
    form["photos"] = pictures[:12]
    form.submit(status=302)
    assert count_rows(Photo) == {"photo": 12}


def test_it_shows_photos_only_to_the_own_place(app: Flask, cast: Cast, browse: Browse) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id)
    form["photos"] = [Upload("a.jpg", a_picture())]
    form.submit(status=302)
    address = f"/drills/photos/{db.session.query(Photo.id).scalar()}.jpg"
    for person in (cast.village, cast.office, cast.leader):
        browse(person).get(address, status=200)
    browse(cast.other_village).get(address, status=404)
    browse(cast.legal).get(address, status=403)
    browse(None).get(address, status=302)
    browse(cast.office).get("/drills/photos/999999.jpg", status=404)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "I;16"),
     ("PNG", "RGBA"), ("WEBP", "RGBA"), ("WEBP", "RGB")],
)  # fmt: skip
def test_it_takes_every_kind_of_picture(kind: str, mode: str) -> None:
    shrunk = shrink_photo(a_picture(kind, mode, (3000, 40)), "照片")
    picture = Image.open(io.BytesIO(shrunk.data))
    assert (picture.format, picture.mode, picture.size[0]) == ("JPEG", "RGB", LONGEST_SIDE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_refuses_or_takes_whatever_is_broken(kind: str) -> None:
    """No broken byte ever leads to anything but a picture or a refusal."""
    dice, whole = random.Random(17), a_picture(kind, size=(90, 60))
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            shrunk = shrink_photo(bytes(data[: dice.randint(20, len(data))]), "照片")
        except PhotoRefused:
            continue
        assert shrunk.data.startswith(b"\xff\xd8")
