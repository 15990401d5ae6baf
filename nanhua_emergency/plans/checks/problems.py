"""What a check says about a plan: how grave, where, what to do and by which clause."""

from dataclasses import dataclass
from enum import StrEnum

ARTICLE_8 = "《突发事件应急预案管理办法》第八条"
ARTICLE_15_1 = "《突发事件应急预案管理办法》第十五条第一款"
ARTICLE_15_2 = "《突发事件应急预案管理办法》第十五条第二款"
ARTICLE_15_3 = "《突发事件应急预案管理办法》第十五条第三款"
ARTICLE_32 = "《突发事件应急预案管理办法》第三十二条"
ARTICLE_34 = "《突发事件应急预案管理办法》第三十四条，镇级参照执行"
SAFETY_ARTICLE_8 = "《生产安全事故应急条例》第八条"
FRONT_MATTER_FORMAT = "《预案怎么写》“登记项”"
HEADING_FORMAT = "《预案怎么写》“正文”"
FIRST_HOUR_FORMAT = "《预案怎么写》“第一小时处置卡”"
LEVELS_FORMAT = "《预案怎么写》“响应分级”"
TARGETS_FORMAT = "《预案怎么写》“目标时限”"
REFERENCE_FORMAT = "《预案怎么写》“引用名册”"
LENGTH_FORMAT = "《预案怎么写》“篇幅”"


class Weight(StrEnum):
    """An error stops a plan from being submitted; advice does not."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True)
class Problem:
    """One thing to put right; `line` counts from 1, `clause` says who asks for it."""

    weight: Weight
    line: int
    heading: str
    message: str
    clause: str
