"""Count working days by the State Council's holiday calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanhua_emergency.workdays import (
    add_months,
    add_workdays,
    count_workdays,
    is_known_year,
    is_workday,
)

KNOWN = st.dates(date(2018, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 14), True),  # Saturday, worked before Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday, worked after Spring Festival
        (date(2026, 9, 20), True),  # Sunday, worked before National Day
        (date(2026, 9, 25), False),  # Mid-Autumn
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # Saturday, worked after National Day
        (date(2026, 10, 11), False),
        (date(2026, 5, 11), True),
        (date(2026, 5, 16), False),
    ],
)
def test_it_knows_holidays_and_days_made_up_for(day: date, expected: bool) -> None:
    assert is_workday(day) is expected


def test_it_falls_back_to_weekends_in_an_unknown_year() -> None:
    assert not is_known_year(date(2040, 10, 1))
    assert is_workday(date(2040, 10, 1))  # a Monday
    assert not is_workday(date(2040, 10, 6))


def test_it_does_not_count_the_first_day() -> None:
    assert add_workdays(date(2026, 5, 11), 1).on == date(2026, 5, 12)
    assert add_workdays(date(2026, 5, 15), 1).on == date(2026, 5, 18)
    assert add_workdays(date(2026, 5, 16), 1).on == date(2026, 5, 18)
    assert add_workdays(date(2026, 5, 16), 0).on == date(2026, 5, 16)


def test_it_says_when_the_year_is_not_known() -> None:
    assert add_workdays(date(2026, 5, 11), 20).is_exact
    assert not add_workdays(date(2039, 12, 20), 20).is_exact


@given(KNOWN, st.integers(1, 60))
def test_it_ends_on_a_working_day_and_counts_back(start: date, count: int) -> None:
    end = add_workdays(start, count).on
    assert is_workday(end)
    assert count_workdays(start, end) == count


@given(KNOWN, st.integers(0, 90))
def test_it_counts_days_past_as_negative(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert count_workdays(end, start) == -count_workdays(start, end)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 11), 36, date(2029, 5, 11)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_it_adds_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
