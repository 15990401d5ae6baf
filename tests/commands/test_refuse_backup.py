"""Refuse a backup that is damaged, foreign or newer, and change nothing: flask restore."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from factories import all_rows, an_account, command, refusal_of, uploads_of
from nanhua_emergency import migrating
from nanhua_emergency.access import Role
from nanhua_emergency.database import db


@pytest.fixture
def own_copy(holding: Flask, tmp_path: Path) -> Path:
    """A backup of that other site, on which people have worked on since."""
    path = tmp_path / "own.zip"
    assert command(holding, "backup", str(path)).exit_code == 0
    an_account("later", Role.OFFICE, name="别处的人")
    db.session.commit()
    (Path(holding.instance_path) / "uploads" / "空.txt").write_text("后来改过")
    return path


def rewrite(path: Path, change: Callable[[dict[str, bytes]], object], *, honest: bool) -> None:
    """Change what a backup holds; an honest forger writes the hashes anew."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    if honest:
        manifest = json.loads(parts["manifest.json"])
        for name, one in manifest["tables"].items():
            one["sha256"] = hashlib.sha256(parts[f"tables/{name}.jsonl"]).hexdigest()
        for name in manifest["files"]:
            manifest["files"][name] = hashlib.sha256(parts[name]).hexdigest()
        parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def change_manifest(**values: object) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"]) | values
        parts["manifest.json"] = json.dumps(manifest).encode()

    return change


def change_rows(table: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        name = f"tables/{table}.jsonl"
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


def add_file(name: str) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts[name] = b"evil"
        manifest = json.loads(parts["manifest.json"])
        manifest["files"][name] = ""
        parts["manifest.json"] = json.dumps(manifest).encode()

    return change


def empty_table(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.update({f"tables/{name}.jsonl": b""})


NOT_OURS, DAMAGED = "不是本系统的备份，或者已经损坏", "已经损坏"
FORGED = [
    (lambda parts: parts.pop("manifest.json"), False, NOT_OURS),
    (lambda parts: parts.update({"manifest.json": b"[]"}), False, NOT_OURS),
    (lambda parts: parts.update({"manifest.json": b"null"}), False, NOT_OURS),
    (lambda parts: parts.update({"manifest.json": b"\xff\xfe"}), False, NOT_OURS),
    (lambda parts: parts.pop("tables/revision.jsonl"), False, NOT_OURS),
    (lambda parts: parts.pop("uploads/空.txt"), False, NOT_OURS),
    (lambda parts: parts.update({"uploads/空.txt": b"x"}), False, DAMAGED),
    (change_rows("plan", "洪涝".encode(), "旱灾".encode()), False, "tables/plan.jsonl 已经损坏"),
    (empty_table("revision"), False, "tables/revision.jsonl 已经损坏"),
    (change_manifest(migration="9999", version="9.9"), False, "备份来自更新的版本（9.9）"),
    (change_manifest(migration=None), False, "备份"),
    (change_manifest(tables=[]), False, NOT_OURS),
    (change_manifest(files=[1]), False, NOT_OURS),
    (empty_table("revision"), True, "备份"),
    (empty_table("account"), True, "备份"),
    (empty_table("place"), True, "备份"),
    (change_rows("plan", b'"number"', b'"numero"'), True, NOT_OURS),
    (change_rows("plan", b'"title": "', b'"title": null, "x": "'), True, NOT_OURS),
    (change_rows("plan", b'"id": 2', b'"id": 1'), True, NOT_OURS),
    (change_rows("edition", b"2026-", b"abcd-"), True, NOT_OURS),
    (change_rows("plan", b"{", b"["), True, NOT_OURS),
    (lambda parts: parts.update({"tables/plan.jsonl": b"[1]\n"}), True, NOT_OURS),
    (lambda parts: parts.update({"tables/plan.jsonl": b"\xff\n"}), True, NOT_OURS),
    (add_file("uploads/../../evil.txt"), True, "不该有的文件名"),
    (add_file("/tmp/evil.txt"), True, "不该有的文件名"),
    (add_file("nanhua.db"), True, "不该有的文件名"),
    (add_file("uploads"), True, "备份"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "honest", "message"), FORGED, ids=[str(n) for n in range(len(FORGED))]
)
def test_it_refuses_a_wrong_backup_and_changes_nothing(
    change: Callable[[dict[str, bytes]], object], honest: bool, message: str,
    holding: Flask, own_copy: Path,
) -> None:  # fmt: skip
    rewrite(own_copy, change, honest=honest)
    before, kept = all_rows(without=()), uploads_of(holding)
    outside = sorted(own_copy.parent.parent.glob("*.txt"))
    assert message in refusal_of(command(holding, "restore", str(own_copy), "--replace"))
    assert (all_rows(without=()), uploads_of(holding)) == (before, kept)
    assert sorted(own_copy.parent.parent.glob("*.txt")) == outside
    assert migrating.read_state().is_current


NO_BACKUPS = [
    b"",
    b"PK",
    b"\x00" * 5000,
    "这不是备份。".encode() * 500,
    b"PK\x05\x06" + b"\x00" * 18,
]


@pytest.mark.parametrize("data", NO_BACKUPS, ids=["empty", "short", "zeros", "text", "empty zip"])
def test_it_refuses_what_is_no_backup(data: bytes, holding: Flask, tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    path.write_bytes(data)
    before = all_rows(without=())
    assert NOT_OURS in refusal_of(command(holding, "restore", str(path), "--replace"))
    assert all_rows(without=()) == before


def test_it_refuses_a_backup_that_was_cut_short(holding: Flask, own_copy: Path) -> None:
    whole, before = own_copy.read_bytes(), all_rows(without=())
    for length in range(0, len(whole), len(whole) // 12):
        own_copy.write_bytes(whole[:length])
        refusal_of(command(holding, "restore", str(own_copy), "--replace"))
    assert all_rows(without=()) == before


def test_it_never_takes_a_damaged_byte_for_data(holding: Flask, own_copy: Path) -> None:
    whole, before, kept = own_copy.read_bytes(), all_rows(without=()), uploads_of(holding)
    with zipfile.ZipFile(own_copy) as archive:
        # The middle of what is stored of each part; the parts' own names and dates are not data.
        places = [part.header_offset + 60 + part.compress_size // 2 for part in archive.infolist()
                  if part.compress_size > 200]  # fmt: skip
    assert len(places) > 5
    for place in places:
        own_copy.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        told = refusal_of(command(holding, "restore", str(own_copy), "--replace"))
        assert "损坏" in told
        assert (all_rows(without=()), uploads_of(holding)) == (before, kept)
