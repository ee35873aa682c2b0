"""Money: an integer of fen (分) inside, yuan (元) on the screen."""

from decimal import ROUND_HALF_UP, Decimal


def fen(amount: object) -> int:
    """Fen from an amount in yuan as an API sends it (number or decimal text), half a fen rounded up.

    Raises ValueError when it is no finite number.

    >>> fen(128.5), fen("0.005"), fen(-3)
    (12850, 1, -300)
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float | str | Decimal):
        raise ValueError("not an amount of money")
    try:
        # What is not finite, or too large to be money, cannot be rounded to a whole number of fen.
        return int((Decimal(str(amount)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (ArithmeticError, ValueError) as error:
        raise ValueError("not an amount of money") from error


def yuan(amount: int) -> str:
    """An amount in fen as Chinese people read it.

    >>> yuan(123450), yuan(-5), yuan(0)
    ('1,234.50元', '-0.05元', '0.00元')
    """
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}{whole:,}.{rest:02d}元"
