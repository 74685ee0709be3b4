"""Numbers and dates as people read them on a chart."""

from datetime import date


def say_percent(rate: float | None, digits: int = 1) -> str:
    """A fraction as a percentage; a dash where it is not defined."""
    return "–" if rate is None else f"{rate:.{digits}%}"


def say_points(points: float, digits: int = 1) -> str:
    """A difference of fractions as signed percentage points."""
    return f"{'+' if points >= 0 else '−'}{abs(points) * 100:.{digits}f} pp"


def say_amount(amount: float | None, unit: str = "") -> str:
    """A number short enough for a label: 1,234 · 12.3k · 4.51M; `unit` stands before it (a currency sign)."""
    if amount is None:
        return "–"
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    # Each step begins where rounding to three digits would carry into it: 999,900 is 1M, not 1000k.
    for begins, scale, letter in ((9.995e8, 1e9, "B"), (9.995e5, 1e6, "M"), (9_999.5, 1e3, "k")):
        if size >= begins:
            return f"{sign}{unit}{size / scale:.3g}{letter}"
    return f"{sign}{unit}{size:,.0f}"


def say_period(start: date, period: str) -> str:
    """The name of the period that starts then: `2025`, `Q1 2025`, `Jan 2025`, `6 Jan 2025`."""
    if period == "year":
        return f"{start.year}"
    if period == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if period == "month":
        return f"{start:%b %Y}"
    hour = f" {start:%H:%M}" if period == "hour" else ""
    return f"{start.day} {start:%b %Y}{hour}"


def say_within(start: date, period: str) -> str:
    """The period as part of a sentence: a week needs its word, `the week of 6 Jan 2025`."""
    return f"the week of {say_period(start, period)}" if period == "week" else say_period(start, period)


def say_date(day: date) -> str:
    """`30 Nov 2025`."""
    return f"{day.day} {day:%b %Y}"


def say_name(key: str) -> str:
    """A key of the data as a label: `at_risk` is `At risk`."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
