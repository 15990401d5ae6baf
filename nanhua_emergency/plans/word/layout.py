"""The layout of an official document (GB/T 9704-2012) as the fixed parts of a Word file."""

from nanhua_emergency.plans.word.marks import (
    ITEM_STYLE,
    PARTICULARS_STYLE,
    SIGN_OFF_NOTE_STYLE,
    SIGN_OFF_STYLE,
    TEXT_STYLE,
)

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# GB/T 9704-2012, 5.2: A4; top 37 mm, left 28 mm, text area 156 mm by 225 mm; 22 lines of 28
# characters in 三号 (16 points). In twentieths of a point ("twips"; 1 mm is 56.69 of them).
TEXT_WIDTH = 8845  # twips: 156 mm
LINE_PITCH = 579  # twips: 225 mm / 22 lines = 28.95 points
# 156 mm / 28 characters = 15.79 points, 0.21 less than the 16 of the font; Word counts in
# twentieths and 28 times 15.8 is already too wide, so 0.25. (A docGrid of characters would spread
# lines in LibreOffice.)
_CHARACTER_SPACING = -5
_TWO_CHARACTERS = 630  # twips at that spacing

# What an office's own computer has, and what may stand in for it elsewhere.
_FONTS = (
    ("仿宋_GB2312", "仿宋,FangSong,华文仿宋,STFangsong,FandolFang,Noto Serif CJK SC", "modern"),
    ("楷体_GB2312", "楷体,KaiTi,华文楷体,STKaiti,FandolKai,AR PL UKai CN", "modern"),
    ("黑体", "SimHei,华文黑体,STHeiti,Microsoft YaHei,Noto Sans CJK SC", "modern"),
    (
        "方正小标宋简体",
        "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,SimSun",
        "script",
    ),
    ("宋体", "SimSun,华文宋体,STSong,Noto Serif CJK SC", "auto"),
)
_LATIN = "Times New Roman"

FONTS_PART = (
    f"{DECLARATION}<w:fonts {NAMESPACES}>"
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, others, family in _FONTS
    )
    + f'<w:font w:name="{_LATIN}"><w:panose1 w:val="02020603050405020304"/>'
    '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    "</w:fonts>"
)


def _font(east_asian: str, latin: str = "") -> str:
    latin = latin or east_asian
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east_asian}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'


def _style(key: str, name: str, based_on: str, paragraph: str, run: str = "") -> str:
    following = "PlanText" if key.startswith(("Heading", "Title")) else key
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:next w:val="{following}"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_CENTRED = '<w:jc w:val="center"/>'
_PLAIN_SPACING = '<w:spacing w:val="0"/>'
_TITLE_LINES = '<w:spacing w:line="720" w:lineRule="exact"/>'
_SMALL_LINES = '<w:snapToGrid w:val="0"/><w:spacing w:line="400" w:lineRule="exact"/>'
_TITLE_RUN = _font("方正小标宋简体") + _PLAIN_SPACING + _size(22)

STYLES_PART = (
    f"{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
    + _font("仿宋_GB2312", _LATIN)
    + _size(16)
    + '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:qFormat/><w:pPr><w:widowControl w:val="0"/>'
    f'<w:spacing w:line="{LINE_PITCH}" w:lineRule="exact"/>'
    f'<w:ind w:firstLineChars="200" w:firstLine="{_TWO_CHARACTERS}"/><w:jc w:val="both"/></w:pPr>'
    f'<w:rPr><w:spacing w:val="{_CHARACTER_SPACING}"/></w:rPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "</w:style>"
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style>"
    + _style("Title", "Title", "Normal", _TITLE_LINES + _NO_INDENT + _CENTRED, _TITLE_RUN)
    + _style(
        "Heading1",
        "heading 1",
        "Normal",
        '<w:keepNext/><w:outlineLvl w:val="0"/>',
        _font("黑体"),
    )
    + _style(
        "Heading2",
        "heading 2",
        "Normal",
        '<w:keepNext/><w:outlineLvl w:val="1"/>',
        _font("楷体_GB2312"),
    )
    + _style(
        "Heading3",
        "heading 3",
        "Normal",
        '<w:keepNext/><w:outlineLvl w:val="2"/>',
        "<w:b/>",
    )
    + _style("PlanText", TEXT_STYLE, "Normal", "")
    + _style("PlanItem", ITEM_STYLE, "Normal", "")
    + _style(
        "Quote", "Quote", "Normal", f'<w:ind w:left="{_TWO_CHARACTERS}"/>', _font("楷体_GB2312")
    )
    + _style(
        "Callout",
        "提示框",
        "Normal",
        '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="000000"/></w:pBdr>'
        '<w:ind w:left="320" w:firstLineChars="0" w:firstLine="0"/>',
        _font("楷体_GB2312"),
    )
    + _style(
        "Code",
        "代码",
        "Normal",
        _SMALL_LINES + _NO_INDENT + '<w:jc w:val="left"/>',
        _font("仿宋_GB2312", "Courier New") + _PLAIN_SPACING + _size(12),
    )
    + _style(
        "TableText",
        "表格文字",
        "Normal",
        _SMALL_LINES + _NO_INDENT + '<w:jc w:val="left"/>',
        _PLAIN_SPACING + _size(12),
    )
    + _style("TableHead", "表头", "TableText", "<w:keepNext/>" + _CENTRED, _font("黑体"))
    + _style(
        "Particulars",
        PARTICULARS_STYLE,
        "Normal",
        _NO_INDENT + _CENTRED,
        _font("楷体_GB2312", _LATIN),
    )
    + _style("SignOff", SIGN_OFF_STYLE, "Normal", _TITLE_LINES + _NO_INDENT + _CENTRED, _TITLE_RUN)
    + _style("SignOffNote", SIGN_OFF_NOTE_STYLE, "Normal", _NO_INDENT + _CENTRED, _font("黑体"))
    + _style(
        "Footer",
        "footer",
        "Normal",
        '<w:spacing w:line="240" w:lineRule="auto"/>' + _NO_INDENT,
        _font("宋体") + _PLAIN_SPACING + _size(14),
    )
    + "</w:styles>"
)

SETTINGS_PART = (
    f'{DECLARATION}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:mirrorMargins/>'
    '<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:doNotExpandShiftReturn/><w:useFELayout/>'
    '<w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)

# 7.5: 四号半角宋体, a dash on either side, 7 mm below the text; odd pages right, even pages left,
# one character in from the edge.
_ONE_CHARACTER = 280


def write_footer(side: str) -> str:
    """The footer part with the page number at the "right" (odd pages) or the "left" (even)."""
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return (
        f'{DECLARATION}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f'<w:ind w:{side}="{_ONE_CHARACTER}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r>{hint}<w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        f'<w:r>{hint}<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


# 28 + 26 mm beside and 37 + 35 mm above and below the text; the footer's foot is 22 mm up.
SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="odd"/>'
    '<w:footerReference w:type="even" r:id="even"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851"'
    f' w:footer="1247" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="{LINE_PITCH}"/>'
    "</w:sectPr>"
)

ORDERED, BULLETED = 0, 1
_LEVELS = {
    ORDERED: (("decimal", "%1.", "space"), ("decimal", "（%2）", "nothing")),
    BULLETED: (("bullet", "•", "space"), ("bullet", "–", "space")),
}


def write_numbering(lists: list[tuple[int, int, int]]) -> str:
    """The numbering part; each list, numbered from 1 up, is (kind, level, number it begins at)."""
    abstracts = "".join(
        f'<w:abstractNum w:abstractNumId="{kind}"><w:multiLevelType w:val="multilevel"/>'
        + "".join(_write_level(level, *each) for level, each in enumerate(levels))
        + "</w:abstractNum>"
        for kind, levels in _LEVELS.items()
    )
    numbers = "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="{kind}"/>'
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        "</w:num>"
        for key, (kind, level, start) in enumerate(lists, start=1)
    )
    return f"{DECLARATION}<w:numbering {NAMESPACES}>{abstracts}{numbers}</w:numbering>"


def _write_level(level: int, number_format: str, text: str, gap: str) -> str:
    font = _font("仿宋_GB2312") if number_format == "bullet" else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{level * _TWO_CHARACTERS}" w:firstLineChars="200"'
        f' w:firstLine="{_TWO_CHARACTERS}"/></w:pPr><w:rPr>{font}</w:rPr></w:lvl>'
    )
