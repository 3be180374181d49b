"""Where the project and the tests' fixtures lie."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SCHEMAS = FIXTURES / "schemas"
