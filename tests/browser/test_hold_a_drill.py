"""A year is accepted, a drill recorded on a phone, confirmed, and the plan has to answer it."""

from playwright.sync_api import Page, expect

from browser.conftest import OpenFor
from browser.serving import LiveSite
from browser.test_revise_flood_plan import begin, change_text

# A flood drill of 明水村 that was scheduled three days ago for yesterday morning.
HELD_YESTERDAY = """
from datetime import timedelta
from nanhua_emergency import clock
from nanhua_emergency.accounts.queries import find_account
from nanhua_emergency.database import db
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Form, Purpose, Scope
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans.queries import get_plan
at = (clock.now() - timedelta(days=1)).astimezone(clock.CHINA).replace(hour=9, minute=30)
details = services.Details("", Form.LIVE, Scope.SINGLE, Purpose.TEST, "村委会广场", "示例", "", 60)
[drill] = services.schedule_drills(
    get_plan("flood-control", "620724102000"), [get_place("620724102212")], details,
    planned_at=at, by=find_account("office"), now=at - timedelta(days=2),
)
db.session.commit()
print(drill.id)
"""


class Taps:
    """A finger that counts."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, page: Page, name: str, role: str = "button") -> None:
        page.get_by_role(role, name=name, exact=True).tap()  # type: ignore[arg-type]
        self.count += 1

    def check(self, page: Page, label: str) -> None:
        page.get_by_label(label, exact=True).tap()
        self.count += 1


def test_it_goes_from_the_proposed_year_to_the_answered_clause(
    open_for: OpenFor, live_site: LiveSite
) -> None:
    office = open_for("office")
    office.goto("/drills/propose?year=2027")
    expect(office.get_by_role("row", name="明水村").first).to_be_visible()
    office.get_by_role("button", name="排定勾选的").click()
    expect(office.get_by_role("status")).to_contain_text("已排定")
    office.goto("/drills/propose?year=2027")
    expect(office.get_by_text("这一年该排的都排了。")).to_be_visible()

    drill = live_site.python(HELD_YESTERDAY)
    village = open_for("mingshui", phone=True)
    record_with_problem(village)

    office.goto("/")
    office.get_by_role("link", name="确认演练记录").first.click()
    expect(office.get_by_text("北沟两户没有叫到")).to_be_visible()
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.get_by_role("status")).to_have_text("已确认。")

    office.goto("/drills/coverage")
    cell = office.get_by_role("row", name="明水村").locator(".cell-current")
    expect(cell).to_contain_text("已演练")
    assert f"/drills/{drill}" in (cell.get_by_role("link").get_attribute("href") or "")

    must_answer(office)


def record_with_problem(village: Page) -> None:
    village.goto("/")
    village.get_by_role("link", name="记录演练 明水村洪涝演练").tap()
    village.get_by_role("button", name="都按目标完成").tap()
    village.get_by_role("button", name="六项都优秀").tap()
    village.get_by_label("良", exact=True).check()
    village.get_by_label("几点结束").fill("12:30")
    village.get_by_label("问题 1").fill("北沟两户没有叫到")
    village.get_by_label("关系到预案的哪一节").first.select_option("3.3 村叫户")
    village.get_by_role("button", name="交上去").tap()
    expect(village.get_by_role("status")).to_contain_text("已记下")


def must_answer(office: Page) -> None:
    begin(office)
    expect(office.locator("#demands + p + ul")).to_contain_text("北沟两户没有叫到")
    heading = office.locator("#live h3").filter(has_text="3.3 村叫户")
    expect(heading.locator("xpath=following-sibling::*[1]")).to_have_text("北沟两户没有叫到")
    change_text(office, "12379", "12379 ")
    office.get_by_role("link", name="提交送审").click()
    office.get_by_label("修订说明").fill("示例")
    office.get_by_role("button", name="送司法所审核").click()
    expect(office.get_by_role("alert")).to_contain_text("还没有回应")
    office.get_by_role("link", name="第 2 版").first.click()
    office.get_by_role("link", name="修改文本").click()
    change_text(office, "门锁着的问邻居人在哪里", "门锁着的问邻居人在哪里，隔 10 分钟再去一次")
    expect(office.get_by_text("这一条已改")).to_be_visible()
    office.get_by_role("link", name="提交送审").click()
    office.get_by_label("修订说明").fill("补上第二次上门")
    office.get_by_role("button", name="送司法所审核").click()
    expect(office.get_by_role("status")).to_have_text("已送司法所审核。")


def test_it_takes_at_most_eight_taps_when_all_went_to_plan(
    open_for: OpenFor, live_site: LiveSite
) -> None:
    live_site.python(HELD_YESTERDAY)
    village = open_for("mingshui", phone=True)
    taps = Taps()
    village.goto("/")
    village.get_by_role("link", name="记录演练").first.tap()
    taps.count += 1
    taps.on(village, "都按目标完成")
    taps.on(village, "六项都优秀")
    taps.check(village, "优")
    taps.on(village, "逐户核对名册，没有漏叫的")
    taps.on(village, "交上去")
    expect(village.get_by_role("status")).to_contain_text("已记下")
    assert taps.count <= 8
