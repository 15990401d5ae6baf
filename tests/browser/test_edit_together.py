"""Two people edit the flood plan at the same time in two windows; one loses the session midway."""

from playwright.sync_api import Page, expect

from browser.conftest import OpenFor, sign_in_as
from browser.serving import LiveSite
from browser.test_revise_flood_plan import begin

ONE = "水停稳后，白天或照明充足时"
OTHER = "报得出几样报几样，不等齐全"


def replace_in(page: Page, old: str, new: str) -> None:
    body = page.get_by_label("正文")
    text = body.input_value()
    assert old in text
    body.fill(text.replace(old, new))


def test_it_merges_and_settles_and_survives(open_for: OpenFor, live_site: LiveSite) -> None:
    first = open_for("office")
    begin(first)
    address = first.url
    expect(first.locator("#live")).to_contain_text("第一小时处置卡")

    second = open_for("office2")
    second.goto(address)
    expect(second.locator("#others")).to_contain_text("示例应急办")

    # Changes at different places are merged without a question.
    replace_in(first, ONE, f"{ONE}（至少两盏灯）")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_role("status")).to_have_text("已保存。")
    replace_in(second, OTHER, f"{OTHER}，先报人")
    expect(second.locator("#kept")).to_contain_text("已自动保存", timeout=15_000)
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("status")).to_contain_text("合到了一起")
    expect(second.get_by_text("至少两盏灯")).to_have_count(1)
    expect(second.get_by_text("先报人")).to_have_count(1)

    # Both change the same passage; the second loses the session in the middle.
    first.goto(address)
    second.goto(address)
    replace_in(second, "先报人", "先报伤亡")
    second.context.clear_cookies()
    expect(second.locator("#trouble")).to_contain_text("登录已失效", timeout=20_000)
    replace_in(first, "先报人", "先报失联")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_role("status")).to_have_text("已保存。")

    second.get_by_role("button", name="保存").click()
    expect(second.get_by_text("登录已失效，还没有提交。")).to_be_visible()
    sign_in_again(second)
    expect(second.get_by_role("heading", name="登录好了")).to_be_visible()
    second.get_by_role("button", name="接着提交").click()
    expect(second.get_by_role("heading", name="逐处选定")).to_be_visible()
    expect(second.locator(".clash")).to_contain_text("先报伤亡")
    expect(second.locator(".clash")).to_contain_text("先报失联")

    # Nothing is the head until a person has chosen; here a third text.
    second.get_by_role("button", name="按选定的保存").click()
    expect(second.get_by_role("alert")).to_contain_text("还有没选定的地方")
    own = second.get_by_label("另写的文本")
    own.fill(own.input_value().replace("先报伤亡", "先报伤亡和失联"))
    second.get_by_label("另写一份").check()
    second.get_by_role("button", name="按选定的保存").click()
    expect(second.get_by_role("status")).to_contain_text("已保存")
    expect(second.get_by_text("先报伤亡和失联")).to_have_count(1)
    expect(second.get_by_text("至少两盏灯")).to_have_count(1)

    second.get_by_role("link", name="最早与最新对照").click()
    expect(second.locator("ins").filter(has_text="至少两盏灯").first).to_be_visible()
    second.keyboard.press("n")
    expect(second.locator("[data-count]")).to_contain_text("1 /")
    second.get_by_role("link", name="左右对照看").click()
    expect(second.locator(".diff-side").first).to_be_visible()


def sign_in_again(page: Page) -> None:
    from browser.serving import password_of

    page.get_by_label("登录名").fill("office2")
    page.get_by_label("密码").fill(password_of("office2"))
    page.get_by_role("button", name="登录").click()


def test_it_offers_back_what_a_closed_laptop_left(open_for: OpenFor) -> None:
    page = open_for("office")
    page.goto("/work/")
    page.get_by_role("link", name="第 2 版").first.click()
    page.get_by_role("link", name="修改文本").click()
    replace_in(page, "先报伤亡和失联", "先报伤亡、失联和被困")
    expect(page.locator("#kept")).to_contain_text("已自动保存", timeout=15_000)

    elsewhere = open_for()
    sign_in_as(elsewhere, "office")
    elsewhere.goto(page.url)
    expect(elsewhere.locator("#offer")).to_contain_text("没保存的文本")
    elsewhere.get_by_role("link", name="接着改那一份").click()
    assert "先报伤亡、失联和被困" in elsewhere.get_by_label("正文").input_value()
    elsewhere.get_by_role("button", name="保存").click()
    expect(elsewhere.get_by_role("status")).to_have_text("已保存。")
    elsewhere.goto(page.url)
    expect(elsewhere.locator("#offer")).to_have_count(0)


def test_it_pastes_from_word_and_helps_with_lists(open_for: OpenFor) -> None:
    page = open_for("office")
    page.goto("/work/plans/3/begin")
    page.get_by_label("面临的风险有重大变化").check()
    page.get_by_label("具体情况").fill("示例")
    page.get_by_role("button", name="开始起草").click()
    body = page.get_by_label("正文")
    body.fill("")
    paste(page, WORD)
    assert body.input_value().strip() == PASTED
    page.get_by_role("button", name="撤销").click()
    expect(body).to_have_value("")
    body.fill("- 第一条")
    body.press("End")
    body.press("Enter")
    page.keyboard.type("第二条")
    expect(body).to_have_value("- 第一条\n- 第二条")
    body.press("Control+Alt+3")
    expect(body).to_have_value("- 第一条\n### - 第二条")


WORD = (
    "<html><body><h2>2 人员转移</h2>"
    "<p class=MsoNormal>先<b>转移</b>老人。</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>·<span>&nbsp; </span>敲锣</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>·<span>&nbsp; </span>点名</p>"
    "<table><tr><td rowspan=2>村里</td><td>村主任</td></tr><tr><td>网格长</td></tr></table>"
    "<p style='mso-outline-level:3'>2.1 谁先走</p></body></html>"
)
PASTED = (
    "## 2 人员转移\n\n先**转移**老人。\n\n- 敲锣\n- 点名\n\n"
    "| 村里 | 村主任 |\n| --- | --- |\n| 村里 | 网格长 |\n\n### 2.1 谁先走"
)


def paste(page: Page, html: str) -> None:
    page.get_by_label("正文").evaluate(
        """(box, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            const paste = new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
            });
            box.focus();
            box.dispatchEvent(paste);
        }""",
        html,
    )
