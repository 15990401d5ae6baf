"""The one-process server: the site and its timetable, until it is stopped."""

import signal
import sys

from flask import Flask
from waitress import serve as listen

from nanhua_emergency import command_line, scheduler


def serve(app: Flask) -> int:
    """Serve the site and run its timetable in this process, until it is stopped."""
    problem = command_line.find_database_problem(app)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    # A service manager's TERM ends like Ctrl-C: requests under way are answered.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    timetable = scheduler.start(app)
    host, port = app.config["HOST"], app.config["PORT"]
    print(f"应急预案与演练登记：http://{host}:{port}/", flush=True)
    try:
        listen(app, host=host, port=port, threads=app.config["THREADS"], ident=None)
    except OSError as error:
        print(
            f"不能在 {host}:{port} 提供服务：{error.strerror}。可用 PORT=8001 换一个端口。",
            file=sys.stderr,
        )
        return 1
    finally:
        timetable.shutdown(wait=False)
    return 0
