"""A published plan read by many: requests a second, p99, 304, memory and start, beside bare Flask.

Both sites run in turn on the same server (waitress, the same threads) and answer the same bytes to
the same generator; short rounds alternate, so that whatever else the machine does hits both.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from _measure import ROOT, Load, Server, environment, fetch, load, report, serving

PAGE = "/plans/flood-control"
BROWSER = "Accept-Encoding: gzip\r\nUser-Agent: bench\r\n"
ROUNDS, SECONDS, STARTS = 5, 1.3, 3
THREADS = "8"
# The third line, of who brings a cookie and so goes through Flask, is there to be known.
GOALS = ("page", "304")


def measure(site: Server, bare: Server) -> None:
    """Whole pages and 304 answers, of both, in alternating rounds."""
    tag = fetch(site.port, PAGE, BROWSER).headers["etag"]
    known = f"{BROWSER}If-None-Match: {tag}\r\n"
    known_bare = f'{BROWSER}If-None-Match: "bare"\r\n'
    for name, status, ours, theirs in (
        ("page", 200, BROWSER, BROWSER),
        ("304", 304, known, known_bare),
        ("page through Flask", 200, f"{BROWSER}Cookie: nanhua=old\r\n", BROWSER),
    ):
        both = Load(), Load()
        for _ in range(ROUNDS):
            load(site.port, PAGE, ours, status=status, seconds=SECONDS, into=both[0])
            load(bare.port, "/page", theirs, status=status, seconds=SECONDS, into=both[1])
        _report_pair(name, *both)


def _report_pair(name: str, site: Load, bare: Load) -> None:
    ratio = statistics.median(a / b for a, b in zip(site.rates, bare.rates, strict=True))
    goal, is_held = ("≥ 0.8", ratio >= 0.8) if name in GOALS else ("-", True)
    report(f"{name} rate, ratio to bare Flask", ratio, "ratio", goal, holds=is_held)
    report(f"{name} rate, site", site.rate, "requests/s")
    report(f"{name} rate, bare Flask", bare.rate, "requests/s")
    slower = statistics.median(a / b for a, b in zip(site.p99s, bare.p99s, strict=True))
    goal, is_held = ("≤ 1.25", slower <= 1.25) if name in GOALS else ("-", True)
    report(f"{name} p99, ratio to bare Flask", slower, "ratio", goal, holds=is_held)
    report(f"{name} p99, site", site.p99, "ms")
    report(f"{name} p99, bare Flask", bare.p99, "ms")


def measure_start(instance: Path, bare: list[str]) -> None:
    """From the command to the first answer, on a database that is ready."""
    ours, theirs = [], []
    for _ in range(STARTS):
        with serving(["app.py"], instance, "/healthz") as site:
            ours.append(site.start_seconds)
        with serving(bare, instance, "/page") as other:
            theirs.append(other.start_seconds)
    report("start, ratio to bare Flask", min(ours) / min(theirs), "ratio")
    report("start, site", min(ours), "s")


def main() -> None:
    """Run both sites in a temporary folder, measure, and stop them."""
    with tempfile.TemporaryDirectory() as folder:
        instance, body = Path(folder), Path(folder, "page")
        subprocess.run(
            [sys.executable, "-m", "flask", "init"], cwd=ROOT, env=environment(instance),
            stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        bare = ["bench/_bare_site.py", str(body), THREADS]
        with serving(["app.py"], instance, "/healthz") as site:
            body.write_bytes(fetch(site.port, PAGE, BROWSER).body)
            report("page size, compressed", body.stat().st_size / 1024, "KB")
            with serving(bare, instance, "/page") as other:
                measure(site, other)
            if Path("/proc/self/status").exists():
                held = site.memory_mb()
                report("memory after the load", held, "MB", "< 150", holds=held < 150)
        measure_start(instance, bare)


if __name__ == "__main__":
    main()
