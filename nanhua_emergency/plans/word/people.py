"""Finds personal names beside posts, and phone numbers, and offers a reference in their place."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃"
    "武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒"
    "阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝赖惠屠蔺逯缑妥卯撒边郜昝雒"
)
_TWO_SIGNS = "欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|公孙"
_GIVEN = "(?:(?![担任兼负])[\u4e00-\u9fa5])"
_NAME = rf"(?:(?:{_TWO_SIGNS}|[{_SURNAMES}])(?:{_GIVEN}{{1,2}}|\s{_GIVEN}))"
# Words that begin like a name and are none, and endings no name has.
_NOT_NAMES = re.compile(
    r"^(?:安全|安置|安排|全体|全部|全镇|全村|全员|应急|应当|常务|何时|时间|方式|方法|单位|成员|成立|文件|文化|石油"
    r"|水务|农业|农村|解除|管理|关于|关闭|项目|连续|明确|游客|路段|车辆|景区|党委|党支|党员|党总|卫生|司机|司法"
    r"|阳光|艾滋|和谐|师生|商户|商务|金融|包村|包片|包联|高温|温度|马上|黄色|白色|蓝色|任务|任何|成功|严重|万元"
    r"|向上|向镇|向县|向村|沙尘|雷电|江河|华为|万一|周边|周围|程序|车站|路口|史料|段落|章节|安监|祁连|甘肃|兰州)"
    r"|[县镇村乡市省社区办所站局队组部委会院厂校厅处科股室长任员记位话号码名]$"
)
_RANKS = (
    "指挥长|总指挥|副指挥|组长|镇长|乡长|县长|书记|主任|主席|所长|站长|院长|局长|队长|校长|支书|科长|股长"
    "|经理|部长"
)
_DUTIES = (
    "文书|网格长|网格员|监管员|宣传员|信息员|观测员|保管员|管理员|联络员|值班员|联系人|负责人|责任人"
    "|值班人员|组员|成员|干事|委员"
)
# 组 长：张 某 is how columns are made even.
_RANK = "(?:" + "|".join(r"\s?".join(word) for word in _RANKS.split("|")) + ")"
_POST = "(?:" + "|".join(r"\s?".join(word) for word in f"{_RANKS}|{_DUTIES}".split("|")) + ")"
_END = r"(?=[，,、；;。.：:（(）)\s|0-9]|同志|$)"
_PEOPLE = (
    re.compile(rf"{_POST}\s*[：:]\s*({_NAME}){_END}"),
    # With nothing between, only a rank of office: 责任人和期限 is no name.
    re.compile(rf"{_RANK}\s*(?![和管应任成解])({_NAME})(?:同志|{_END}|(?=任|担任|负责))"),
    re.compile(rf"(?<![\u4e00-\u9fa5])({_NAME})(?:同志)?\s*[（(\s|][^（()|）]{{0,16}}?{_POST}"),
)
_MORE_NAMES = re.compile(rf"[、，,\s]+({_NAME}){_END}")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d.])[（(]?0\d{2,3}[）)]?[-－—– ]?[2-8]\d{6,7}(?!\d)")
_LOCAL = re.compile(r"(?<![\d.〔-])(?!20[0-4]\d[01]\d[0-3]\d)[2-8]\d{6,7}(?![\d年月日元吨])")
_PHONE_WORD = re.compile(r"电话|手机|联系方式|传真|值班")
_NAME_COLUMN = re.compile(r"姓\s*名|负责人|联系人|责任人|组\s*长|队\s*长")
_WHOLE_NAME = re.compile(rf"^{_NAME}$")
_HEADING = re.compile(r"^#{2,3} ")
_SPACES = re.compile(r"\s+")
_MOST = 300  # suggestions for one file; a village directory has fewer
_LONGEST_LINE = 5_000
_LONGEST_SEARCHED = 200_000  # hundreds of names in a longer text take seconds to look for

# What Word files call a post, and what plans call it; the first that fits is offered.
_POSTS = (
    ("副总指挥", "镇应急副总指挥"),
    ("总指挥", "镇应急总指挥"),
    ("派出所", "派出所负责人"),
    ("交警", "交警中队负责人"),
    ("司法所", "司法所负责人"),
    ("卫生院", "卫生院负责人"),
    ("水管所|水利|水务", "水管所负责人"),
    ("林业|林草", "林业站负责人"),
    ("畜牧|兽医", "畜牧兽医站负责人"),
    ("农业", "农业农村综合服务中心负责人"),
    ("市场监管|食药", "市场监管所负责人"),
    ("社会事务|民政", "社会事务办负责人"),
    ("综合执法", "综合执法队负责人"),
    ("学校|校长", "学校安全负责人"),
    ("园区", "工业园区安全联络员"),
    ("气象", "气象信息联络员"),
    ("应急办|安监|应急管理", "应急办负责人"),
    ("值班", "应急值班员"),
    ("宣传员", "宣传员"),
    ("新闻|宣传", "新闻发布联络员"),
    ("观测员", "地震观测员"),
    ("网格", "网格长"),
    ("监管员", "监管员"),
    ("灾害信息员", "灾害信息员"),
    ("信息员", "信息员"),
    ("避难|安置", "避难场所管理员"),
    ("保管|物资", "物资保管员"),
    ("村.{0,6}队长", "村救援队队长"),
    ("队长", "镇救援队队长"),
    ("村.{0,4}(?:主任|书记|支书)|支书|社区.{0,4}(?:主任|书记)", "村主任"),
)
_HAZARDS = (
    ("防汛|洪", "防汛指挥长"),
    ("旱", "抗旱指挥长"),
    ("地震|抗震", "抗震救灾指挥长"),
    ("沙尘", "沙尘暴灾害指挥长"),
    ("气象", "气象灾害指挥长"),
    ("森林|草原", "森林草原防灭火指挥长"),
    ("救助", "灾害救助指挥长"),
    ("危险化学|危化", "危化品事故指挥长"),
    ("道路|交通", "道路交通事故指挥长"),
    ("环境", "突发环境事件指挥长"),
    ("公共卫生|疫情防控|传染", "公共卫生指挥长"),
    ("食品", "食品安全指挥长"),
    ("动物", "动物疫情指挥长"),
    ("群体", "群体性事件指挥长"),
    ("火灾|消防", "火灾扑救指挥长"),
    ("安全生产|生产安全", "安全生产指挥长"),
)
_LEADER = re.compile(r"指挥长|组长|镇长|书记")


@dataclass(frozen=True)
class PersonFound:
    """A name or a phone number in the text, its line (from 1), and what to write instead."""

    text: str
    line: int
    suggestion: str


@dataclass(frozen=True)
class _Hit:
    text: str
    start: int
    end: int


def find_people(body: str, title: str, posts: Collection[str] = ()) -> list[PersonFound]:
    """Personal names beside posts, and mobile and landline numbers, in reading order.

    `posts` are the names that {{岗位:…}} may use; without them only the usual ones are offered.
    Public numbers (110, 12345 …) and masked ones (138****0000) are let be.
    """
    lines = list(_list_lines(body))
    names = {
        hit.text for _, line, header in lines for hit in _find_names(line, header) if hit.text[2:]
    }
    # A name found beside its post is a name wherever it stands.
    is_searched = bool(names) and len(body) <= _LONGEST_SEARCHED
    known = re.compile("|".join(map(re.escape, sorted(names)[:_MOST]))) if is_searched else None
    found: list[PersonFound] = []
    for number, line, header in lines:
        for hit in _find_hits(line, header, known):
            suggestion = _suggest(_list_surroundings(line, hit), title, posts)
            found.append(PersonFound(hit.text, number, suggestion))
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def _list_lines(body: str) -> Iterator[tuple[int, str, list[str]]]:
    """Number, text and, for a table's row, the header cells of each line but headings."""
    header: list[str] = []
    for number, line in enumerate(body.split("\n"), start=1):
        if not line.startswith("|"):
            header = []
        elif not header:
            header = [cell.strip() for cell in line.strip("|").split("|")]
        if line and not _HEADING.match(line):
            yield number, line[:_LONGEST_LINE], header


def _find_hits(line: str, header: list[str], known: re.Pattern[str] | None) -> Iterator[_Hit]:
    """The names and numbers of a line in order, none within another."""
    hits = [*_find_names(line, header), *_find_phones(line, header)]
    if known is not None:
        hits += [_Hit(match[0], match.start(), match.end()) for match in known.finditer(line)]
    taken = -1
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if hit.start >= taken:
            taken = hit.end
            yield hit


def _find_names(line: str, header: list[str]) -> Iterator[_Hit]:
    yield from _find_column_names(line, header)
    seen: set[int] = set()
    for pattern in _PEOPLE:
        for match in pattern.finditer(line):
            start, end = match.span(1)
            # Others may follow: 成员：张某、李某.
            while start not in seen and _is_name(line[start:end]):
                seen.add(start)
                yield _Hit(line[start:end], start, end)
                more = _MORE_NAMES.match(line, end)
                if more is None:
                    break
                start, end = more.span(1)


def _is_name(text: str) -> bool:
    return not _NOT_NAMES.search(text)


def _find_column_names(line: str, header: list[str]) -> Iterator[_Hit]:
    """Whole cells that are names, under a header that announces names."""
    start = 1
    for title, cell in zip(header, line.strip("|").split("|"), strict=False):
        text = _SPACES.sub("", cell)
        if _NAME_COLUMN.search(title) and _WHOLE_NAME.match(text) and _is_name(text):
            begin = start + len(cell) - len(cell.lstrip())
            yield _Hit(cell.strip(), begin, start + len(cell))
        start += len(cell) + 1


def _find_phones(line: str, header: list[str]) -> Iterator[_Hit]:
    patterns = [_MOBILE, _LANDLINE]
    if _PHONE_WORD.search(line) or any(_PHONE_WORD.search(title) for title in header):
        patterns.append(_LOCAL)
    for pattern in patterns:
        for match in pattern.finditer(line):
            yield _Hit(match[0], match.start(), match.end())


def _list_surroundings(line: str, hit: _Hit) -> list[str]:
    """What stands near, the nearest first: the clause and the sentence, or a table's row."""
    if line.startswith("|"):
        return [line]
    before, after = line[max(hit.start - 60, 0) : hit.start], line[hit.end : hit.end + 40]
    return [
        _SPACES.sub("", re.split(ends, before)[-1] + " " + re.split(ends, after)[0])
        for ends in ("[。；;，,]", "[。；;]")
    ]


def _suggest(surroundings: list[str], title: str, posts: Collection[str]) -> str:
    for around in surroundings:
        named = [post for post in posts if post in around]
        post = max(named, key=len) if named else _find_post(around, title, posts)
        if post:
            return f"{{{{岗位:{post}}}}}"
    return "{{名录:通讯录}}"


def _find_post(around: str, title: str, posts: Collection[str]) -> str | None:
    """The usual name of the post that the words around speak of."""
    choices = list(_POSTS)
    if _LEADER.search(around):
        choices += [(".", post) for words, post in _HAZARDS if re.search(words, title)]
        choices.append((".", "镇应急总指挥"))
    for words, post in choices:
        if re.search(words, around) and (not posts or post in posts):
            return post
    return None
