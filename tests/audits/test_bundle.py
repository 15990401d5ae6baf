"""Take an evidence bundle, and prove it whole."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from audit_factories import a_submitted_audit, agree, an_audit, give
from conftest import Browse
from drill_factories import a_confirmed_record, a_drill, a_picture, in_china
from factories import Cast, a_plan, a_published, command, form_of, keep, refusal_of
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.audits.answer_files import read_file
from nanhua_emergency.audits.bundle_check import BundleBroken, check_bundle, entry
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.audits.phones import mask_phones
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.drills.photos import shrink_photo

PDF = b"%PDF-1.7\n" + bytes(200)
PHONE, MASKED = "13812345678", "138****5678"


def fill(cast: Cast) -> Audit:
    """A drill with a photo, a plan in force, and an audit with a file and a phone in its note."""
    plan = a_plan()
    a_published(plan, cast)
    drill = a_drill(plan, by=cast.office, planned_at=in_china(2026, 5, 21))
    a_confirmed_record(drill, cast, photos=[shrink_photo(a_picture(), "示例.jpg")],
                       summary=f"按方案进行，联系 {PHONE}。")  # fmt: skip
    audit = an_audit(cast)
    give(audit, "V1.1", Verdict.PARTLY, by=cast.village, note=f"队长电话 {PHONE}",
         files=[read_file(PDF, f"花名册{PHONE}.pdf")])  # fmt: skip
    return audit


def take(browser: object, address: str) -> bytes:
    page = form_of(browser.get(address)).submit()  # type: ignore[attr-defined]
    assert page.content_type == "application/zip"
    return bytes(page.body)


@pytest.fixture
def bundle(app: Flask, cast: Cast, browse: Browse) -> bytes:
    """The bundle of a round."""
    audit = fill(cast)
    round_id = keep(audit.round)
    return take(browse(cast.office), f"/audits/rounds/{round_id}/bundle")


def names_of(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def read(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    return path


def test_it_holds_audits_drills_plans_and_files(bundle: bytes) -> None:
    names = names_of(bundle)
    for folder in ("audits/", "drills/", "plans/", "photos/", "files/"):
        assert any(name.startswith(folder) for name in names), folder
    assert {"index.html", "style.css", "manifest.json", "SHA256SUMS"} < set(names)
    index = read(bundle, "index.html")
    assert "明水村2026年上半年村（社区）“五有”核查表" in index
    assert "南华镇防汛应急预案" in index


def test_it_opens_without_a_network(bundle: bytes) -> None:
    names = set(names_of(bundle))
    for page in [name for name in names if name.endswith(".html")]:
        soup = BeautifulSoup(read(bundle, page), "html.parser")
        links = [one[a] for a in ("href", "src") for one in soup.select(f"[{a}]")]
        assert links
        for link in links:
            if link.startswith(("#", "tel:")) or (page.startswith("plans/") and "://" in link):
                continue
            target = Path(page).parent.joinpath(link.split("#")[0]).as_posix()
            while "/../" in f"/{target}":
                target = re.sub(r"(^|/)[^/]+/\.\.(/|$)", r"\1", target, count=1)
            assert target in names, (page, link)


def test_it_gives_the_hash_of_each_file_and_of_the_manifest(bundle: bytes) -> None:
    archive = zipfile.ZipFile(io.BytesIO(bundle))
    sums = dict(line.split("  ")[::-1] for line in read(bundle, "SHA256SUMS").splitlines())
    assert sums.keys() == set(archive.namelist()) - {"SHA256SUMS"}
    for name, sha256 in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
    manifest = json.loads(read(bundle, "manifest.json"))
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: sha256 for name, sha256 in sums.items() if name != "manifest.json"
    }
    entry_made = db.session.query(ActivityEntry).filter_by(action="bundle.made").one()
    assert entry_made.details["sha256"] == sums["manifest.json"]


def test_it_masks_private_phones(bundle: bytes) -> None:
    for name in names_of(bundle):
        if name.endswith((".html", ".json")) and not name.startswith("plans/"):
            assert PHONE not in read(bundle, name), name
    assert MASKED in "".join(read(bundle, n) for n in names_of(bundle) if n.startswith("drills/"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"打{PHONE}。", f"打{MASKED}。"),
        ("138 1234 5678", "138****5678"),
        ("138-0000-0001", "138****0001"),
        ("+86 13812345678", "+86 138****5678"),
        ("110、119、0936-6621234", "110、119、0936-6621234"),
        ("编号 620724102212", "编号 620724102212"),
    ],
)
def test_it_knows_a_mobile_number(text: str, masked: str) -> None:
    assert mask_phones(text) == masked


def test_it_is_the_same_for_the_same_content(app: Flask, cast: Cast, browse: Browse) -> None:
    round_id = keep(fill(cast).round)
    first, second = (
        take(browse(cast.office), f"/audits/rounds/{round_id}/bundle") for _ in range(2)
    )

    def without_time(data: bytes) -> dict[str, bytes]:
        archive = zipfile.ZipFile(io.BytesIO(data))
        changing = ("index.html", "manifest.json", "SHA256SUMS")
        return {n: archive.read(n) for n in archive.namelist() if n not in changing}

    assert names_of(first) == names_of(second)
    assert without_time(first) == without_time(second)


def test_it_is_taken_of_a_year_and_a_place(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = a_submitted_audit(cast)
    agree(audit, by=cast.office)
    db.session.commit()
    form = form_of(browse(cast.leader).get("/audits/bundle"))
    form["year"], form["place_code"] = "2026", audit.place_code
    names = zipfile.ZipFile(io.BytesIO(form.submit().body)).namelist()
    assert f"audits/{audit.place_code}-{audit.id}.html" in names
    form["year"] = "2031"
    data = form.submit().body
    assert "这段时间没有核查。" in read(data, "index.html")
    form["year"] = "1"
    assert "年份不对" in form.submit(status=422).text


def test_a_file_that_is_gone_is_named(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = fill(cast)
    round_id = keep(audit.round)
    uploads = Path(app.instance_path) / "uploads" / "evidence"
    kept = [path for path in uploads.rglob("*.pdf") if path.read_bytes() == PDF]
    for path in kept:
        path.unlink()
    data = take(browse(cast.office), f"/audits/rounds/{round_id}/bundle")
    [page] = [name for name in names_of(data) if name.startswith("audits/")]
    assert "（文件不在了）" in read(data, page)
    assert not any(name.startswith("files/") for name in names_of(data))


def test_the_command_proves_it_whole(app: Flask, bundle: bytes, tmp_path: Path) -> None:
    done = command(app, "verify-bundle", str(written(tmp_path, bundle)))
    assert done.exit_code == 0, done
    assert f"证据包完整，共 {len(names_of(bundle)) - 1} 个文件" in done.stdout
    sums = read(bundle, "SHA256SUMS")
    assert next(line for line in sums.splitlines() if "manifest" in line)[:64] in done.stdout


def rebuilt(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The bundle written anew after a change to its files, nothing else touched."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as fresh:
        for name, content in files.items():
            fresh.writestr(entry(name), content)
    return out.getvalue()


def _change(files: dict[str, bytes]) -> None:
    files["index.html"] = files["index.html"].replace("证据包".encode(), "证据袋".encode())


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "changed": (_change, "index.html 被改动过"),
    "missing": (lambda files: files.pop("style.css"), "缺 style.css"),
    "extra": (lambda files: files.update({"note.txt": b"1"}), "多出 note.txt"),
    "no sums": (lambda files: files.pop("SHA256SUMS"), "缺 SHA256SUMS 或 manifest.json"),
    "bad sums": (lambda files: files.update({"SHA256SUMS": b"what\n"}), "SHA256SUMS 写得不对"),
    "outside": (lambda files: files.update({"../evil.html": b"1"}), "文件名不对：'../evil.html'"),
    "absolute": (lambda files: files.update({"/etc/passwd": b"1"}), "文件名不对：'/etc/passwd'"),
    "windows": (lambda files: files.update({"C:evil": b"1"}), "文件名不对"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_it_says_what_is_wrong(app: Flask, bundle: bytes, tmp_path: Path, kind: str) -> None:
    change, said = CHANGES[kind]
    path = written(tmp_path, rebuilt(bundle, change))  # type: ignore[arg-type]
    refusal = refusal_of(command(app, "verify-bundle", str(path)))
    assert "证据包不完整" in refusal
    assert said in refusal


def test_manifest_and_sums_must_say_the_same(bundle: bytes, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        old = hashlib.sha256(files["index.html"]).hexdigest()
        _change(files)
        new = hashlib.sha256(files["index.html"]).hexdigest()
        files["SHA256SUMS"] = files["SHA256SUMS"].replace(old.encode(), new.encode())

    with pytest.raises(BundleBroken, match=r"manifest.json 与 SHA256SUMS 对不上"):
        check_bundle(written(tmp_path, rebuilt(bundle, change)))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip", bytes(500)])
def test_it_refuses_what_is_no_zip(app: Flask, data: bytes, tmp_path: Path) -> None:
    refusal = refusal_of(command(app, "verify-bundle", str(written(tmp_path, data))))
    assert "不是压缩包，或者已经损坏" in refusal


def test_a_bundle_packed_by_another_program_is_not_the_one(bundle: bytes, tmp_path: Path) -> None:
    archive, out = zipfile.ZipFile(io.BytesIO(bundle)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in archive.namelist():
            fresh.writestr(name, archive.read(name))
    with pytest.raises(BundleBroken, match="不是原样存放的"):
        check_bundle(written(tmp_path, out.getvalue()))


def a_small_bundle() -> bytes:
    page = b"<p>1</p>"
    manifest = json.dumps({
        "files": [{"path": "index.html", "sha256": hashlib.sha256(page).hexdigest()}]
    }).encode()  # fmt: skip
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in (("index.html", page), ("manifest.json", manifest))
    ]
    files = {
        "index.html": page, "manifest.json": manifest, "SHA256SUMS": "".join(lines).encode(),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as fresh:
        for name, content in files.items():
            fresh.writestr(entry(name), content)
    return out.getvalue()


def test_no_byte_can_change_unseen(tmp_path: Path) -> None:
    whole = a_small_bundle()
    assert check_bundle(written(tmp_path, whole)).files == 2
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1
        with pytest.raises(BundleBroken):
            check_bundle(written(tmp_path, bytes(data)))
    for data in (whole + b"1", b"1" + whole, whole[:-1]):
        with pytest.raises(BundleBroken):
            check_bundle(written(tmp_path, bytes(data)))


@pytest.mark.parametrize("who", ["village", "legal", "admin"])
def test_it_is_taken_by_office_and_leader_alone(
    app: Flask, cast: Cast, browse: Browse, who: str
) -> None:
    round_id = keep(an_audit(cast).round)
    browse(getattr(cast, who)).get(f"/audits/rounds/{round_id}/bundle", status=403)
    browse(getattr(cast, who)).get("/audits/bundle", status=403)
