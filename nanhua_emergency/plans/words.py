"""The words that plans, editions and reviews may hold: classes, reasons and outcomes."""

from enum import StrEnum


class Category(StrEnum):
    """The class of a plan, as the list of plans groups it."""

    GENERAL = "总体"
    NATURAL = "自然灾害"
    ACCIDENT = "事故灾难"
    HEALTH = "公共卫生"
    SECURITY = "社会安全"


class Trigger(StrEnum):
    """Why an edition was begun: the six reasons of Article 35, the first text, or an import."""

    LAW = "law"
    COMMAND = "command"
    RISK = "risk"
    RESOURCE = "resource"
    PRACTICE = "practice"
    OTHER = "other"
    FIRST = "first"
    IMPORT = "import"


TRIGGER_NAMES = {
    Trigger.LAW: "依据的法律、规章、标准或上级预案有重大变化",
    Trigger.COMMAND: "应急指挥机构及其职责有重大调整",
    Trigger.RISK: "面临的风险有重大变化",
    Trigger.RESOURCE: "重要应急资源有重大变化",
    Trigger.PRACTICE: "实际应对或演练中发现问题，需作重大调整",
    Trigger.OTHER: "制定单位认为应当修订的其他情况",
    Trigger.FIRST: "首次编制",
    Trigger.IMPORT: "随系统导入",
}


class Outcome(StrEnum):
    """How a periodic review ended."""

    REVISE = "revise"
    NO_CHANGE = "no_change"


OUTCOME_NAMES = {Outcome.REVISE: "需要修订", Outcome.NO_CHANGE: "不修订"}
