"""How far a running import is: a small file, because SQLite lets nobody write beside the import."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nanhua_emergency.registers.import_models import Import

# A run says where it is every few hundred rows; one that is silent for so long was cut off.
SILENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Progress:
    """Where a run is: how many rows of all it has looked at."""

    done: int = 0
    rows: int = 0


def tell_progress(folder: Path, one_id: int, done: int, rows: int) -> None:
    """Write down where a run is."""
    path = _path(folder, one_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{done} {rows}", encoding="ascii")


def find_progress(folder: Path, one: Import) -> Progress:
    """Where a run is; nothing done where it has not said so yet."""
    try:
        done, rows = _path(folder, one.id).read_text(encoding="ascii").split()
        return Progress(int(done), int(rows))
    except (OSError, ValueError):  # not begun, or just being written
        return Progress(rows=int(one.result.get("rows", 0)))


def is_alive(folder: Path, one: Import, *, now: datetime) -> bool:
    """Whether a run has been heard of within the last minute."""
    heard = one.started_at or one.at
    with suppress(OSError):
        heard = max(heard, datetime.fromtimestamp(_path(folder, one.id).stat().st_mtime, UTC))
    return now - heard < SILENCE


def end_progress(folder: Path, one_id: int) -> None:
    """Forget where a run was."""
    _path(folder, one_id).unlink(missing_ok=True)


def _path(folder: Path, one_id: int) -> Path:
    # Beside the folder of uploads, not in it: a backup takes that whole.
    return folder.parent / "imports-running" / str(one_id)
