"""Files that come in and go out: the folder they are kept in, and how they are sent."""

from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOADS = "uploads"


def uploads_folder() -> Path:
    """Where this site keeps pictures and attachments; a backup takes the folder whole."""
    return Path(current_app.instance_path) / UPLOADS


def download(data: bytes, name: str, content_type: str, *, plain: str) -> Response:
    """Send bytes as a file of that name; `plain` is for readers that know only ASCII names."""
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(data, mimetype=content_type, headers={"Content-Disposition": disposition})
