"""The measure to compare with: a bare Flask app that answers one page of given bytes."""

import os
import sys
from pathlib import Path

from flask import Flask, Response, request
from waitress import serve

app = Flask(__name__)
BODY = Path(sys.argv[1]).read_bytes()
THREADS = int(sys.argv[2])
ETAG = '"bare"'


@app.get("/page")
def show_page() -> Response:
    """The same bytes each time; 304 for who has them."""
    if request.headers.get("If-None-Match") == ETAG:
        return Response(status=304, headers={"ETag": ETAG})
    headers = {"ETag": ETAG, "Content-Encoding": "gzip"}
    return Response(BODY, headers=headers, mimetype="text/html")


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(os.environ["PORT"]), threads=THREADS, ident=None)
