"""Bring a Word file in as a draft: tables, pictures, notes and signs, and what is said of them."""

from word_files import (
    cell,
    heading,
    link,
    paragraph,
    read,
    run,
    said_of,
    table,
)

TEXT = "为在山洪到来前把人转移出来，依据有关法律法规，制定本预案。"
BOLD = "<w:b/>"


def test_it_fills_merged_cells_and_says_so() -> None:
    down, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    draft = read(
        heading(1, "4 分工"),
        table(
            ["组", "人", "电话"],
            [cell("抢险组", properties=down), "甲", "1"],
            [cell(properties=below), cell("乙", properties='<w:gridSpan w:val="2"/>')],
        ),
    )
    assert draft.body.split("\n\n")[1] == (
        "| 组 | 人 | 电话 |\n| --- | --- | --- |\n| 抢险组 | 甲 | 1 |\n| 抢险组 | 乙 |  |\n"
    )
    assert said_of(draft, "横向合并") == said_of(draft, "纵向合并") == ["“4 分工”"]


def test_it_writes_a_first_row_over_the_whole_width_as_a_caption() -> None:
    across = cell("表1 联系电话", properties='<w:gridSpan w:val="2"/>')
    draft = read(table([across], ["谁", "电话"], ["值班室", "见名录"]))
    assert draft.body.startswith("表1 联系电话\n\n| 谁 | 电话 |\n| --- | --- |\n")


def test_it_joins_the_lines_of_a_cell_and_escapes_its_pipes() -> None:
    draft = read(table(["谁", "做什么"], ["甲", cell("敲锣；", "点名", "上报 a|b")]))
    assert "| 甲 | 敲锣；点名 上报 a\\|b |" in draft.body


def test_it_unwraps_a_frame_and_flattens_a_nested_table() -> None:
    nested = table(["甲", "乙"], ["1", "2"])
    draft = read(table([cell("框里的话。")]), table(["左", "右"], [cell(nested), "值"]))
    assert draft.body.startswith("框里的话。\n\n| 左 | 右 |")
    assert "| 甲　乙；1　2； | 值 |" in draft.body
    assert said_of(draft, "套着的表格")


def test_it_splits_a_table_that_is_too_long_to_show() -> None:
    draft = read(table(["户主", "人数"], *[[f"第{i}户", "3"] for i in range(900)]))
    assert draft.body.count("| 户主 | 人数 |") == 3
    assert draft.body.count("户 | 3 |") == 900
    assert said_of(draft, "分成了几张")


def test_it_takes_insertions_drops_deletions_and_says_so() -> None:
    draft = read(
        paragraph(
            run("转移"),
            f"<w:ins w:id='1'>{run('全部')}</w:ins>",
            "<w:del w:id='2'><w:r><w:delText>部分</w:delText><w:tab/></w:r></w:del>",
            f"<w:moveFrom w:id='4'>{run('旧处')}</w:moveFrom>",
            run("群众。"),
        ),
        "<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr><w:r><w:t>前半句，</w:t></w:r></w:p>",
        paragraph("后半句。"),
    )
    assert draft.body == "转移全部群众。\n\n前半句，后半句。\n"
    assert said_of(draft, "插入的文字已采用")
    assert said_of(draft, "删除的文字已去掉")


def test_it_keeps_the_text_before_a_deleted_end_of_the_last_paragraph() -> None:
    draft = read(
        "<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr><w:r><w:t>末句。</w:t></w:r></w:p>"
    )
    assert draft.body == "末句。\n"


def test_it_sets_notes_into_the_text_and_reports_comments() -> None:
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>见县预案</w:t></w:r></w:p></w:footnote>'
    comment = (
        '<w:comment w:id="0" w:author="李主任"><w:p><w:r><w:t>再核</w:t></w:r></w:p></w:comment>'
    )
    draft = read(
        paragraph(
            run("按上级预案办理"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            '<w:r><w:commentReference w:id="0"/></w:r>',
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            run("。"),
        ),
        parts={"footnotes": note, "comments": comment},
    )
    assert draft.body == "按上级预案办理（注：见县预案）。\n"
    assert said_of(draft, "脚注")
    assert said_of(draft, "批注没有带入：李主任“再核”")


def test_it_reads_text_boxes_once_and_after_their_paragraph() -> None:
    box = "<w:txbxContent>{}</w:txbxContent>".format(paragraph("框里的字。"))
    old = box.replace("框里", "旧框")
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{old}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    draft = read(f"<w:p><w:r>{both}</w:r>{run('段里的字。')}</w:p>")
    assert draft.body == "段里的字。\n\n框里的字。\n"
    assert said_of(draft, "文本框")


def test_it_makes_tabs_breaks_hyphens_and_invisible_signs_plain() -> None:
    draft = read(
        "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙&#xAD;丙</w:t><w:softHyphen/><w:t>丁</w:t>"
        "<w:noBreakHyphen/><w:t>戊&#xA0;&#x202E;己&#x200B;</w:t><w:br/><w:t>第二行</w:t>"
        '<w:br w:type="page"/><w:t>仍是</w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>'
    )
    assert draft.body == "甲 乙丙丁-戊 己\n\n第二行仍是☑\n"


def test_it_keeps_a_fields_result_and_not_its_code() -> None:
    draft = read(
        "<w:p><w:r><w:t>见第</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        "<w:r><w:instrText> PAGEREF a </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>3</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>页。</w:t></w:r></w:p>",
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r></w:p>",
        paragraph("后文还在。"),
    )
    assert draft.body == "见第3页。\n\n后文还在。\n"


def test_it_leaves_hidden_text_out_and_says_so() -> None:
    draft = read(paragraph(run("明说"), run("暗说", "<w:vanish/>")))
    assert draft.body == "明说\n"
    assert said_of(draft, "隐藏的文字")


def test_it_sets_pictures_aside_in_order() -> None:
    draft = read(
        heading(1, "附件"),
        paragraph("<w:r><w:drawing><a:blip r:embed='p1'/></w:drawing></w:r>"),
        paragraph("<w:r><w:pict><v:imagedata r:id='p2'/></w:pict></w:r>"),
        paragraph("<w:r><w:drawing><a:blip r:embed='p1'/></w:drawing></w:r>"),
        links=link("p1", "image", "media/a.PNG") + link("p2", "image", "media/b.emf"),
        members={"word/media/a.PNG": b"png bytes", "word/media/b.emf": b"emf bytes"},
    )
    assert [(p.name, p.content_type, p.data) for p in draft.pictures] == [
        ("附图1.png", "image/png", b"png bytes"),
        ("附图2.emf", "image/emf", b"emf bytes"),
    ]
    assert draft.body.split("\n\n")[1:] == ["（见附图1）", "（见附图2）", "（见附图1）\n"]
    assert said_of(draft, "图片另存为附件") == ["“附件”", "“附件”"]


def test_it_reports_charts_formulas_and_page_headers() -> None:
    draft = read(
        paragraph("<w:r><w:drawing><c:chart/></w:drawing></w:r>", run("图")),
        "<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>",
        parts={"header": paragraph("内部资料"), "footer": paragraph("— 1 —")},
    )
    assert draft.body == "图\n\na+b\n"
    assert said_of(draft, "SmartArt")
    assert said_of(draft, "公式")
    assert said_of(draft, "页眉没有带入：内部资料") == ["全文"]
    assert not said_of(draft, "页脚")


def test_it_keeps_a_links_text_and_follows_no_link() -> None:
    draft = read(
        paragraph(f"<w:hyperlink r:id='h'>{run('县政府网站')}</w:hyperlink>"),
        paragraph("<w:r><w:drawing><a:blip r:link='i'/></w:drawing></w:r>", run("图")),
        links=link("h", "hyperlink", "http://127.0.0.1:9/a", is_external=True)
        + link("i", "image", "http://127.0.0.1:9/b.png", is_external=True),
    )
    assert draft.body == "县政府网站\n\n图\n"
    assert said_of(draft, "超链接只留了文字：http://127.0.0.1:9/a")
    assert said_of(draft, "图片是外部链接")
    assert draft.pictures == []


def test_it_marks_bold_stretches_and_joins_them() -> None:
    draft = read(paragraph(run("先"), run("敲", BOLD), run(" ", ""), run("锣 ", BOLD), run("再走")))
    assert draft.body == "先**敲 锣** 再走\n"


def test_it_escapes_what_markdown_would_take_for_its_own() -> None:
    lines = ["# 不是标题", "*星*_线_`码`", "[甲](乙)", "a < b，<b>粗</b>，&lt;", "+ 加", "5) 六"]
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    assert read(*[paragraph(line) for line in escaped]).body.split("\n\n") == [
        "\\# 不是标题",
        "\\*星\\*\\_线\\_\\`码\\`",
        "[甲\\](乙)",
        "a &lt; b，&lt;b>粗&lt;/b>，&amp;lt;",
        "\\+ 加",
        "5\\) 六\n",
    ]


def test_it_keeps_references_as_they_are() -> None:
    assert read(paragraph("报{{岗位:防汛指挥长}}。")).body == "报{{岗位:防汛指挥长}}。\n"


def test_it_reads_the_strict_edition_of_the_format() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = (
        f'<w:document xmlns:w="{strict}"><w:body><w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>'
        "<w:r><w:t>1 总则</w:t></w:r></w:p></w:body></w:document>"
    )
    draft = read(members={"word/document.xml": document.encode()})
    assert draft.body == "## 1 总则\n"
