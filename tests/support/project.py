"""The folders of the project and of the tests' fixtures."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
SCHEMAS = FIXTURES / "schemas"
