"""The statuses that the program ends with."""

from enum import IntEnum


class Status(IntEnum):
    """Exit statuses; 69 and 75 are those of sysexits.h."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 69
    COME_BACK_LATER = 75
    INTERRUPTED = 130
