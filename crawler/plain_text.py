"""Text from outside, made fit to be shown. Pure."""

import unicodedata


def visible(text: str) -> str:
    r"""The text without control characters: a name must not steer the terminal.

    >>> visible("Sigur Rós \x1b[2J")
    'Sigur Rós �[2J'
    """
    # A zero-width joiner holds composed signs together and does no harm.
    return "".join(
        sign if unicodedata.category(sign)[0] != "C" or sign == "\u200d" else "\ufffd"
        for sign in text
    )
