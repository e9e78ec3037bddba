"""Which backups are kept as they grow old."""

from datetime import UTC, date, datetime, timedelta, timezone

from trainer.domain.keep import thin

TODAY = date(2026, 3, 31)


def at(day: date | str, hour: int = 20) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def days_ago(*ages: int) -> list[datetime]:
    return [at(TODAY - timedelta(days=age)) for age in ages]


def test_nothing_of_nothing():
    assert thin([], TODAY) == frozenset()


def test_the_only_one_is_kept_however_old():
    assert thin([at("2019-01-01")], TODAY) == {at("2019-01-01")}


def test_of_one_day_the_newest():
    morning, noon, evening = (at(TODAY, hour) for hour in (8, 12, 20))
    assert thin([evening, morning, noon], TODAY) == {evening}


def test_each_of_the_last_seven_days():
    kept = thin(days_ago(*range(40)), TODAY)
    assert set(days_ago(0, 1, 2, 3, 4, 5, 6)) <= kept


def test_then_one_a_week_on_the_last_day_it_has():
    # 31 March 2026 is a Tuesday: the weeks before end on the 29th, 22nd and 15th.
    kept = thin(days_ago(*range(29)), TODAY)
    assert kept - set(days_ago(*range(7))) == {at("2026-03-22"), at("2026-03-15")}


def test_then_one_a_month_for_a_year():
    kept = thin(days_ago(*range(1000)), TODAY)
    months = {(t.year, t.month) for t in kept}
    assert len(months) == 12
    assert min(kept) == at("2025-04-30")
    assert len(kept) == 7 + 2 + 11


def test_a_year_without_practice_removes_nothing_that_stood_before_it():
    before = [at("2024-11-05"), at("2024-11-06"), at("2024-12-24")]
    assert thin([*before, at(TODAY)], TODAY) == {*before, at(TODAY)}


def test_the_turn_of_the_year_is_inside_a_week():
    # 31 December 2025 and 1 January 2026 are of one week, and of two months.
    new, old = at("2026-01-01"), at("2025-12-31")
    filler = [at(f"2026-01-{day:02}") for day in range(10, 20)]
    assert {new, old} <= thin([new, old, *filler], TODAY)


def test_thinning_again_removes_no_more():
    kept = thin(days_ago(*range(500)), TODAY)
    assert thin(kept, TODAY) == kept


def test_every_day_thinned_for_two_years_leaves_few_and_a_year_back():
    kept: frozenset[datetime] = frozenset()
    for age in range(730, -1, -1):
        today = TODAY - timedelta(days=age)
        kept = thin({*kept, at(today)}, today)
    assert len(kept) <= 7 + 4 + 12
    assert min(kept) < at("2025-05-01")


def test_one_from_a_clock_that_ran_ahead_costs_no_other_its_place():
    ahead = at("2031-01-01")
    usual = thin(days_ago(*range(100)), TODAY)
    assert thin([ahead, *days_ago(*range(100))], TODAY) == usual | {ahead}


def test_a_day_is_that_of_the_clock_on_the_wall():
    east = timezone(timedelta(hours=12))
    late, early = datetime(2026, 3, 30, 23, tzinfo=east), datetime(2026, 3, 31, 1, tzinfo=east)
    assert thin([late, early], TODAY) == {late, early}
