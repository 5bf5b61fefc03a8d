"""What of a serial number proves that somebody has the instrument before them."""

import secrets


def serial_tail(serial: str) -> str:
    """Return what proves that somebody has the instrument: the end of its serial.

    Letters and digits only, without case, so that a hyphen doesn't matter.
    """
    return "".join(letter for letter in serial.upper() if letter.isalnum())[-4:]


def masked_serial(serial: str) -> str:
    """Return a serial number with all that `serial_tail` asks for hidden."""
    hidden, shown = 0, []
    for letter in reversed(serial):
        if letter.isalnum() and hidden < 4:
            hidden += 1
            shown.append("•")
        else:
            shown.append(letter)
    return "".join(reversed(shown))


def knows_serial(typed: str, serial: str) -> bool:
    """Return whether what was typed ends as the serial number does."""
    wanted = serial_tail(serial)
    return bool(wanted) and secrets.compare_digest(
        serial_tail(typed).encode(), wanted.encode()
    )
