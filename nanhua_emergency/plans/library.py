"""Read and write plans/*.md: the first edition of every plan, with its front matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans.checks import Weight, check_front_matter
from nanhua_emergency.plans.limits import check_body_limits, tidy_body
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.words import Category

FENCE = "---\n"
FIELDS = (
    "number", "slug", "title", "category", "hazard", "lead_department",
    "legal_basis", "season", "review_months", "drill_months",
)  # fmt: skip
# As wide as the columns in which they are kept.
WIDEST = {"slug": 60, "title": 120, "hazard": 20, "lead_department": 120, "season": 20}


class PlanFileWrong(RuleBroken):
    """A plan file that cannot be read; the message names the file and what to do."""


@dataclass(frozen=True)
class PlanFile:
    """A plan as a file holds it: what is registered of it, and its text."""

    number: int
    slug: str
    title: str
    category: Category
    hazard: str
    lead_department: str
    legal_basis: tuple[str, ...]
    season: str
    review_months: int
    drill_months: int
    body: str

    @property
    def filename(self) -> str:
        """Two digits of the number, then the slug."""
        return f"{self.number:02d}-{self.slug}.md"


def split_front_matter(text: str) -> tuple[str, str]:
    """The YAML between the two fences, and the text below; the first is empty without fences."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.startswith(FENCE):
        return "", text
    front, fence, body = text.removeprefix(FENCE).partition("\n" + FENCE)
    return (front, body.lstrip("\n")) if fence else ("", text)


def read_front_matter(front: str, name: str) -> dict[str, object]:
    """The fields of the front matter; PlanFileWrong where it is not a list of names and values."""
    try:
        fields = yaml.safe_load(front)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise PlanFileWrong(
            "%(file)s 第 %(line)s 行：登记项写法有误", file=name, line=line
        ) from error
    if not isinstance(fields, dict):
        raise PlanFileWrong("%(file)s：开头缺登记项，请照 docs/plan-format.md 补上", file=name)
    return fields


def parse_plan(text: str, name: str) -> PlanFile:
    """A plan from the text of its file; PlanFileWrong for whatever does not belong there."""
    front, body = split_front_matter(text)
    fields = read_front_matter(front, name)
    for problem in check_front_matter(fields):
        if problem.weight is Weight.ERROR:
            raise PlanFileWrong("%(file)s：%(problem)s", file=name, problem=problem.message)
    for field, most in WIDEST.items():
        if len(str(fields[field])) > most:
            raise PlanFileWrong(
                "%(file)s：%(name)s 太长，最多 %(most)s 字", file=name, name=field, most=most
            )
    try:
        check_body_limits(body)
    except RuleBroken as refusal:
        raise PlanFileWrong("%(file)s：%(problem)s", file=name, problem=refusal) from refusal
    return _plan_of(fields, tidy_body(body))


def _plan_of(fields: Mapping[str, object], body: str) -> PlanFile:
    basis = fields["legal_basis"]
    assert isinstance(basis, list)
    return PlanFile(
        number=int(str(fields["number"])),
        slug=str(fields["slug"]),
        title=str(fields["title"]),
        category=Category(str(fields["category"])),
        hazard=str(fields["hazard"]),
        lead_department=str(fields["lead_department"]),
        legal_basis=tuple(str(law) for law in basis),
        season=str(fields["season"]),
        review_months=int(str(fields["review_months"])),
        drill_months=int(str(fields["drill_months"])),
        body=body,
    )


def read_plan_file(path: Path) -> PlanFile:
    """A plan from a file in UTF-8."""
    try:
        return parse_plan(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise PlanFileWrong("%(file)s 不是 UTF-8 编码，请另存为 UTF-8", file=path.name) from error


def plan_file_of(plan: Plan, body: str) -> PlanFile:
    """What a file about a stored plan would hold."""
    return PlanFile(
        plan.number, plan.slug, plan.title, plan.category, plan.hazard, plan.lead_department,
        tuple(plan.legal_basis.splitlines()), plan.season, plan.review_months, plan.drill_months,
        body,
    )  # fmt: skip


def format_plan(plan: PlanFile) -> str:
    """The text of a plan's file; parsing it again gives the same plan."""
    lines = [f"{name}: {_scalar(getattr(plan, name))}" for name in FIELDS if name != "legal_basis"]
    basis = ["legal_basis:", *(f"  - {_scalar(law)}" for law in plan.legal_basis)]
    at = FIELDS.index("legal_basis")
    return "\n".join(["---", *lines[:at], *basis, *lines[at:], "---", "", plan.body])


def _scalar(value: object) -> str:
    plain = str(value) if isinstance(value, str) else value  # a StrEnum is no YAML scalar
    dumped = yaml.safe_dump(plain, allow_unicode=True, width=10_000)
    return str(dumped).removesuffix("\n").removesuffix("\n...")
