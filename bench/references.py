"""A published plan with five references, beside the same text without: the page built anew each time."""

import statistics
import tempfile
import time

from _measure import report

from nanhua_emergency import clock, create_app, migrating
from nanhua_emergency.config import ROOT
from nanhua_emergency.database import db
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import importing
from nanhua_emergency.plans.models import Edition, hash_body
from nanhua_emergency.plans.outline import replace_references
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.words import Seat

ROUNDS = 300
REFERENCES = ("防汛指挥长", "应急值班员", "应急办负责人", "信息报送员", "水管所负责人")


def prepare() -> tuple[Edition, Edition]:
    """Two plans with the flood plan's text: without references, and with five."""
    migrating.migrate()
    places.load_places(ROOT / "data" / "places.csv")
    home, now = places.get_home(), clock.now()
    list(importing.import_plans(importing.read_plan_files(ROOT / "plans")[1:3], home, now=now))
    without, having = db.session.query(Edition).order_by(Edition.id).limit(2)
    plain = replace_references(without.body, lambda one: one.name)
    five = "、".join(f"{{{{岗位:{name}}}}}" for name in REFERENCES)
    for edition, body in ((without, plain), (having, f"{plain}\n\n找{five}。\n")):
        assert edition.head is not None
        edition.head.body, edition.head.sha256 = body, hash_body(body)
        edition.published_sha256 = hash_body(body)
    for name in REFERENCES:
        db.session.add(Post(
            place_code=home.code, title=name, seat=Seat.FIRST, holder="示例", phone="13800000001",
            version=1, added_at=now, is_forgotten=False, retired_reason="",
        ))  # fmt: skip
    db.session.commit()
    return without, having


def main() -> None:
    """Both pages in turn, so that whatever else the machine does hits both."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder, "DATABASE_URL": ""})
        with app.app_context():
            slugs = [edition.plan.slug for edition in prepare()]
        browser, times = app.test_client(use_cookies=False), ([], [])
        for _ in range(ROUNDS):
            for slug, into in zip(slugs, times, strict=True):
                app.extensions["pages"].kept.clear()  # a copy is kept for visitors for a second
                began = time.perf_counter()
                assert browser.get(f"/plans/{slug}").status_code == 200
                into.append((time.perf_counter() - began) * 1000)
        without, having = (statistics.median(one) for one in times)
        report("page without references", without, "ms")
        report("page with five references", having, "ms")
        ratio = having / without
        report("page with five references, ratio", ratio, "ratio", "≤ 1.3", holds=ratio <= 1.3)


if __name__ == "__main__":
    main()
