"""The codes that societies know works, recordings and people by, with their check digits."""

from __future__ import annotations

import re

from hostkit.errors import BadValue

ISWC_PATTERN = r"^[Tt]-?[0-9]{3}[.]?[0-9]{3}[.]?[0-9]{3}[.-]?[0-9]$"
ISRC_PATTERN = r"^[A-Za-z]{2}-?[A-Za-z0-9]{3}-?[0-9]{2}-?[0-9]{5}$"
IPI_DIGITS = 11


def iswc(text: str) -> str:
    """A work's code as it is printed (ISO 15707). Raises BadValue.

    >>> iswc("t0345246801")
    'T-034.524.680-1'
    """
    if not re.fullmatch(ISWC_PATTERN, text):
        raise BadValue(f"{text!r} is no ISWC", cure="it is a T and ten digits: T-034.524.680-1")
    digits = re.sub(r"\D", "", text)
    weighted = 1 + sum(place * int(digit) for place, digit in enumerate(digits[:9], start=1))
    if int(digits[9]) != -weighted % 10:
        raise BadValue(
            f"the check digit of the ISWC {text} should be {-weighted % 10}",
            cure="a digit is wrong, or two are swapped; look it up",
        )
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9]}"


def isrc(text: str) -> str:
    """A recording's code as files carry it (ISO 3901): it has no check digit. Raises BadValue.

    >>> isrc("us-rc1-76-07839")
    'USRC17607839'
    """
    if not re.fullmatch(ISRC_PATTERN, text):
        raise BadValue(
            f"{text!r} is no ISRC",
            cure="it is two letters, three letters or digits, seven digits: US-RC1-76-07839",
        )
    return text.replace("-", "").upper()


def ipi(text: str) -> str:
    """A person's or publisher's IPI name number, with all its digits.

    >>> ipi("123.45.67.90")
    '00123456790'
    """
    return re.sub(r"\D", "", text).zfill(IPI_DIGITS)


def ipi_is_consistent(text: str) -> bool:
    """Whether the last two digits of an IPI name number follow from the others (CISAC, mod 101).

    >>> ipi_is_consistent("00123456789"), ipi_is_consistent("00123456790")
    (False, True)
    """
    digits = ipi(text)
    rest = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9])) % 101
    return int(digits[9:]) == (101 - rest) % 101 % 100
