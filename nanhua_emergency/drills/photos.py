"""Pictures of drills: judged by content, shrunk, and freed of what the camera wrote into them."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import filetype
from PIL import Image, ImageOps, UnidentifiedImageError

from nanhua_emergency.errors import RuleBroken

LONGEST_SIDE = 1600
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_PHOTOS = 12
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class ShrunkPhoto:
    """A JPEG of at most 1,600 pixels a side, without EXIF and position."""

    data: bytes
    sha256: str


class PhotoRefused(RuleBroken):
    """The file cannot be taken as a picture; the message names it and says what to do."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field="photos", **values)


def shrink_photo(data: bytes, name: str) -> ShrunkPhoto:
    """Make a small, clean JPEG of a picture; PhotoRefused for whatever is none."""
    if len(data) > MOST_BYTES:
        raise PhotoRefused("照片“%(name)s”超过 20 MB，请用手机自带的压缩或重拍一张", name=name)
    kind = filetype.guess(data)
    if kind is not None and kind.extension in ("heic", "heif"):
        raise PhotoRefused(
            "照片“%(name)s”是 HEIC 格式，请在手机相机设置里选“兼容性最佳”再拍", name=name
        )
    if kind is None or not kind.mime.startswith("image/"):
        raise PhotoRefused("“%(name)s”不是照片", name=name)
    return _encode(_open(data, name))


def _open(data: bytes, name: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise PhotoRefused("照片“%(name)s”的尺寸太大，请缩小后再传", name=name)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decode no more than needed
            return ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PhotoRefused("照片“%(name)s”的尺寸太大，请缩小后再传", name=name) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise PhotoRefused("照片“%(name)s”打不开，可能已经损坏", name=name) from broken


def _encode(image: Image.Image) -> ShrunkPhoto:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", image.size, "white")
    rgba = image.convert("RGBA")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=80, optimize=True)
    data = out.getvalue()
    return ShrunkPhoto(data, hashlib.sha256(data).hexdigest())


def keep_photo(photo: ShrunkPhoto, folder: Path) -> None:
    """Write a picture to its place; the same picture is kept once."""
    path = photo_path(folder, photo.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photo.data)


def photo_path(folder: Path, sha256: str) -> Path:
    """Where a picture lies."""
    return folder / "photos" / sha256[:2] / f"{sha256}.jpg"
