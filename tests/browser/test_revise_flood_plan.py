"""Four people revise the flood plan, from the draft to the page that the public reads."""

from playwright.sync_api import Page, expect

from browser.conftest import OpenFor
from browser.serving import LiveSite

OLD = "从第一次拨号起不超过 10 分钟就要派人"
NEW = "从第一次拨号起不超过 8 分钟就要派人"


def begin(page: Page) -> None:
    page.goto("/work/")
    page.get_by_role("link", name="南华镇防汛应急预案").click()
    page.get_by_role("link", name="开始修订").click()
    page.get_by_label("实际应对或演练中发现问题").check()
    page.get_by_label("具体情况").fill("演练中叫应超时")
    page.get_by_role("button", name="开始起草").click()


def change_text(page: Page, old: str, new: str) -> None:
    body = page.get_by_label("正文")
    text = body.input_value()
    assert old in text
    body.fill(text.replace(old, new))
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("heading", name="预览（还没有保存）")).to_be_visible()
    expect(page.locator("#preview-box")).to_contain_text(new)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_have_text("已保存。")


def submit(page: Page) -> None:
    page.get_by_role("link", name="提交送审").click()
    page.get_by_label("修订说明").fill("缩短派人上门的时限，征求了 16 个村的意见。")
    page.get_by_role("button", name="送司法所审核").click()
    expect(page.get_by_role("status")).to_have_text("已送司法所审核。")


def test_it_goes_from_draft_to_public_page(open_for: OpenFor, live_site: LiveSite) -> None:
    visitor = open_for()
    visitor.goto("/plans/flood-control")
    expect(visitor.get_by_text(OLD)).to_be_visible()

    office = open_for("office")
    begin(office)
    change_text(office, OLD, NEW)
    submit(office)

    legal = open_for("legal")
    legal.get_by_role("link", name="合法性审核 南华镇防汛应急预案").click()
    legal.get_by_role("link", name="退回", exact=True).click()
    legal.get_by_label("原因").fill("请写明派谁上门")
    legal.get_by_role("button", name="退回").click()
    expect(legal.get_by_role("status")).to_have_text("已退回应急办修改。")

    office.goto("/")
    office.get_by_role("link", name="被退回，请修改后再送审").click()
    expect(office.get_by_text("请写明派谁上门").first).to_be_visible()
    office.get_by_role("link", name="修改文本").click()
    change_text(office, NEW, f"{NEW}，由派出所或邻村去")
    submit(office)

    visitor.reload()
    expect(visitor.get_by_text(OLD)).to_be_visible()

    legal.goto("/")
    legal.get_by_role("link", name="合法性审核 南华镇防汛应急预案").click()
    legal.get_by_role("link", name="审核通过").click()
    for group in legal.locator("fieldset").all():
        group.get_by_label("符合", exact=True).check()
    legal.get_by_role("button", name="审核通过").click()
    expect(legal.get_by_role("status")).to_have_text("审核通过，已送镇领导签发。")

    leader = open_for("leader")
    leader.get_by_role("link", name="签发 南华镇防汛应急预案").click()
    leader.get_by_role("link", name="签发").click()
    leader.get_by_label("文号").fill("南政发〔2026〕5号")
    leader.get_by_role("button", name="签发").click()
    expect(leader.get_by_role("status")).to_contain_text("已签发")

    visitor.reload()
    expect(visitor.get_by_text(NEW)).to_be_visible()
    expect(visitor.get_by_text("南政发〔2026〕5号").first).to_be_visible()
    visitor.get_by_role("link", name="历次版本").click()
    visitor.get_by_role("link", name="第 1 版").click()
    expect(visitor.get_by_text("这是旧版，已经失效。")).to_be_visible()
    expect(visitor.get_by_text(OLD)).to_be_visible()

    office.goto("/")
    filing = office.get_by_role("listitem").filter(has_text="备案：高台县人民政府")
    expect(filing).to_contain_text("还有")
    filing.get_by_role("link").click()
    office.get_by_label("回执编号").fill("高应急备〔2026〕7号")
    office.get_by_role("button", name="登记回执").click()
    expect(office.get_by_text("1/1 个单位已回执")).to_be_visible()
    assert "完整" in live_site.flask("verify-activity")
