"""The mail server of the benchmark: takes every mail and keeps none; prints its port."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP


class Clerk:
    """Says yes."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "250 2.0.0 Ok: queued"


async def serve() -> None:
    """Listen until the process is ended."""
    made = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Clerk(), hostname="mail.example.org"), "127.0.0.1", 0
    )
    print(made.sockets[0].getsockname()[1], flush=True)
    await made.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
