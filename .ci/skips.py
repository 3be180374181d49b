"""Read pytest's JUnit report: only allowed skips, and tests ran on each Neo4j.

Usage: skips.py REPORT [ALLOWED …]; each ALLOWED is a regular expression over
"class.test: reason".
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

# A test on a real server has the server's version among its parameters: "test_x[neo4j-2026]".
LINES = {"5.26": "Java 17 or 21", "2026": "Java 21 or 25"}


def complaints(report: Path, allowed: Sequence[str]) -> Iterator[str]:
    """Everything that is wrong with a test run, as sentences."""
    cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314  our own file
    if not cases:
        yield "no test ran"
    for line, java in LINES.items():
        if not any(_ran(case) and _is_on(line, case) for case in cases):
            yield f"no test on Neo4j {line} ran: it needs {java} and Maven Central"
    for case in cases:
        skip = case.find("skipped")
        if skip is None or skip.get("type") == "pytest.xfail":
            continue
        words = f"{_name(case)}: {skip.get('message')}"
        if not any(re.search(pattern, words) for pattern in allowed):
            yield f"skipped, and not on the list: {words}"


def _name(case: ET.Element) -> str:
    return f"{case.get('classname')}.{case.get('name')}"


def _is_on(line: str, case: ET.Element) -> bool:
    return re.search(rf"\[[^\]]*neo4j-{re.escape(line)}\b", _name(case)) is not None


def _ran(case: ET.Element) -> bool:
    return case.find("skipped") is None


def main(arguments: Sequence[str]) -> int:
    """Print the complaints; 1 when there is any."""
    report, *allowed = arguments
    if not Path(report).is_file():
        print("the test run left no report", file=sys.stderr)
        return 1
    found = list(complaints(Path(report), allowed))
    for one in found:
        print(one, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
