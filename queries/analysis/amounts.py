"""Numbers as an analysis tells them: shares, and digits that mean something."""

import math


def significant(value: float, digits: int = 4) -> float | None:
    """A number cut to the digits worth reading; None where it is not defined."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def share(part: float, whole: float) -> float | None:
    """`part / whole` to four digits; None of nothing."""
    return significant(part / whole) if whole else None


def percent(part: float, whole: float) -> str:
    """A share in words: "12 %"; "0 %" of nothing.

    >>> percent(1, 8), percent(1, 3000), percent(2999, 3000), percent(0, 0)
    ('12 %', '0.03 %', '99.97 %', '0 %')
    """
    value = 100 * part / whole if whole else 0.0
    rest = 100 - value
    if 0 < value < 1:
        return f"{value:.1g} %"
    return f"{100 - float(f'{rest:.1g}'):g} %" if 0 < rest < 1 else f"{value:.0f} %"
