"""Find paragraphs that two plans share, also when only the hazard's name was changed."""

from nanhua_emergency.plans.checks import Repeat, list_repeated_paragraphs

FLOOD = (
    "事后十日内由应急办会同有关村组开一次复盘会，把哪一户没有叫到、哪一段路没有人看、"
    "哪一件物资没有送到逐条记下，改进防汛预案和叫应名册。"
)
QUAKE = FLOOD.replace("防汛", "抗震救灾")
EDITED = QUAKE.replace("十日", "十五日").replace("逐条", "一条一条").replace("改进", "据此修改")
OTHER = (
    "水井、水窖抽干清洗并消毒，卫生院派人取水化验合格后方可饮用，死亡牲畜由畜牧兽医站收集"
    "并作无害化处理，不得丢进沟渠。"
)


def repeats(first: str, second: str) -> list[tuple[int, int]]:
    found = list_repeated_paragraphs({"01": first, "03": second})
    return [(repeat.first_line, repeat.second_line) for repeat in found]


def test_it_names_both_plans_and_lines() -> None:
    bodies = {"01": f"## 后期处置\n\n{FLOOD}\n", "03": f"{OTHER}\n\n- {QUAKE}\n"}
    assert list_repeated_paragraphs(bodies) == [Repeat("01", 3, "03", 3, QUAKE[:30])]


def test_it_finds_a_paragraph_with_a_few_words_changed() -> None:
    assert repeats(FLOOD, EDITED) == [(1, 1)]


def test_it_finds_a_table_row() -> None:
    head = "| 级别 | 镇里做什么 |\n| --- | --- |\n"
    assert repeats(f"{head}| 红色 | {FLOOD} |", f"甲\n\n{head}| 红色 | {QUAKE} |") == [(3, 5)]


def test_it_finds_one_item_of_a_list() -> None:
    assert repeats(f"1. 甲\n2. {FLOOD}\n3. 乙", f"- {OTHER}\n- {QUAKE}") == [(2, 2)]


def test_it_sees_no_difference_in_who_is_referred_to() -> None:
    with_post = FLOOD.replace("应急办", "{{岗位:防汛指挥长}}")
    assert repeats(with_post, with_post.replace("防汛指挥长", "镇应急总指挥")) == [(1, 1)]


def test_it_sees_no_difference_in_the_hazard() -> None:
    said = (
        "防汛期间听到防汛警报，按防汛预案转移，由防汛专班点名，防汛物资随队走，防汛结束再返回家中。"
    )
    assert repeats(said, said.replace("防汛", "道路交通事故")) == [(1, 1)]
    assert repeats(said, said.replace("防汛", "东西南北中央")) == []


def test_it_sees_no_difference_in_many_references() -> None:
    said = (
        "{{岗位:甲}}通知{{岗位:乙}}，{{岗位:丙}}通知{{岗位:丁}}，"
        "都不通的由{{岗位:戊}}派人上门去叫，叫到为止。"
    )
    other = said.replace("岗位", "名录").replace("甲", "森林草原防灭火指挥长")
    other = other.replace("乙", "工业园区安全联络员").replace("丙", "农业农村综合服务中心负责人")
    assert repeats(said, other) == [(1, 1)]


def test_it_passes_over_a_paragraph_that_is_only_half_alike() -> None:
    assert repeats(FLOOD, FLOOD[:34] + OTHER[:40]) == []


def test_it_compares_monotonous_texts() -> None:
    assert repeats("转移" * 300, "转移" * 200 + "叫应" * 20 + "转移" * 80) == [(1, 1)]


def test_it_passes_over_what_is_different_or_short() -> None:
    assert repeats(FLOOD, OTHER) == []
    assert repeats(FLOOD[:39], FLOOD[:39]) == []
    assert repeats(FLOOD[:40], FLOOD[:40]) == [(1, 1)]


def test_it_passes_over_what_one_plan_repeats_in_itself() -> None:
    assert repeats(f"{FLOOD}\n\n{FLOOD}\n\n{EDITED}", OTHER) == []


def test_it_finds_the_other_plan_behind_a_repeat_in_the_same_plan() -> None:
    bodies = {"01": FLOOD, "02": f"{FLOOD}\n\n{FLOOD}", "03": FLOOD}
    found = list_repeated_paragraphs(bodies)
    assert [(r.first, r.second, r.second_line) for r in found] == [
        ("01", "02", 1),
        ("01", "02", 3),
        ("01", "03", 1),
    ]


def test_it_passes_over_headings_and_table_headers() -> None:
    wide = f"## {FLOOD}\n\n| {FLOOD} |\n| --- |\n"
    assert repeats(wide, wide) == []
