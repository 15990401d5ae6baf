"""Sign in, find a plan and record a drill without ever touching a mouse."""

from playwright.sync_api import Page, expect

from browser.conftest import OpenFor
from browser.serving import LiveSite, password_of
from browser.test_hold_a_drill import HELD_YESTERDAY

# What has the focus: what it is called, and whether a person sees where it is.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return {name: "", is_seen: true};
    const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const is_seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
        && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return {name: (label || one.innerText || one.getAttribute("aria-label") || "").trim(), is_seen};
}"""
MOST_STEPS = 120


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so, or begins so, has the focus, which is seen at every step."""
    passed = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["is_seen"], (focused["name"], page.url)
        if focused["name"] == name or (len(name) > 1 and focused["name"].startswith(name)):
            return
        passed.append(focused["name"])
    raise AssertionError(f"no way by keyboard to {name}: {passed}")


def enter(page: Page, name: str) -> None:
    """Go to a link or button of that name and press it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    """Go to a field of that name and type."""
    tab_to(page, name)
    page.keyboard.type(text)


def sign_in(page: Page) -> None:
    """As somebody does the first time, who must change the password."""
    page.goto("/")
    enter(page, "登录")
    first = f"first-{password_of('mingshui')}"
    fill(page, "登录名", "mingshui")
    fill(page, "密码", first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    fill(page, "现用密码", first)
    fill(page, "新密码", password_of("mingshui"))
    fill(page, "再填一次新密码", password_of("mingshui"))
    page.keyboard.press("Enter")
    expect(page.locator(".menu summary")).to_contain_text("示例明水村主任")


def test_it_records_a_drill_by_keyboard_alone(open_for: OpenFor, live_site: LiveSite) -> None:
    live_site.python(HELD_YESTERDAY)
    page = open_for()
    sign_in(page)

    page.goto("/plans/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == {"name": "跳到正文", "is_seen": True}
    page.keyboard.press("Enter")
    enter(page, "洪涝")
    expect(page.get_by_role("heading", name="南华镇防汛应急预案", level=1)).to_be_visible()

    enter(page, "南华镇应急预案与演练登记")
    enter(page, "记录演练")
    tab_to(page, "都按目标完成")
    page.keyboard.press("Space")
    tab_to(page, "六项都优秀")
    page.keyboard.press("Enter")
    tab_to(page, "优")
    page.keyboard.press("Space")
    expect(page.get_by_label("优", exact=True)).to_be_checked()
    tab_to(page, "逐户核对名册，没有漏叫的")
    page.keyboard.press("Space")
    enter(page, "交上去")
    expect(page.get_by_role("status")).to_contain_text("已记下")


def test_it_opens_the_menu_and_leaves_by_keyboard(open_for: OpenFor) -> None:
    page = open_for("office")
    page.goto("/drills/")
    tab_to(page, "示例应急办")
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    enter(page, "退出登录")
    expect(page.locator(".me-sign-in")).to_be_visible()
