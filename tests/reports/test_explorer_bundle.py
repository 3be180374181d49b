"""The bundle of the explorer page is built from its sources and licensed."""

import hashlib
import json
import re

from tests.support.project import ROOT

SOURCE = ROOT / "queries" / "explorer" / "source"
BUNDLE = ROOT / "queries" / "explorer" / "bundle"
SUFFIXES = {".ts", ".css", ".html", ".mjs", ".json"}
PACKAGE = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def script() -> tuple[str, str]:
    """The head of the script, which is a comment, and its body."""
    head, end, body = (
        (BUNDLE / "explorer.js").read_bytes().decode("utf-8").partition("*/\n")
    )
    return head + end, body


def test_bundle_matches_its_sources() -> None:
    files = sorted(
        (path for path in SOURCE.iterdir() if path.suffix in SUFFIXES),
        key=lambda path: path.name,
    )
    lines = "".join(f"{sha256(path.read_bytes())}  {path.name}\n" for path in files)
    assert f"source sha256: {sha256(lines.encode())}" in script()[0], (
        "run `make bundle`"
    )
    frame = (SOURCE / "page.html").read_bytes()
    assert (BUNDLE / "page.html").read_bytes() == frame


def test_built_script_is_unmodified() -> None:
    head, body = script()
    assert f"script sha256: {sha256(body.encode())}" in head


def test_every_version_is_pinned() -> None:
    named = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in named.values())
    for path, package in LOCK["packages"].items():
        assert not path or package["integrity"]


def test_bundle_includes_licences() -> None:
    licences = (BUNDLE / "LICENSES.txt").read_text(encoding="utf-8")
    for name, version in PACKAGE["dependencies"].items():
        assert f"\n{name} {version} (MIT)\n" in licences
        assert f"{name} {version}" in script()[0]
    kinds = re.findall(r"^\S+ \d+\.\d+\.\d+ \((.+)\)$", licences, re.MULTILINE)
    assert set(kinds) == {"MIT"}
    assert licences.count("Permission is hereby granted") == len(kinds)


def test_script_is_embeddable_and_makes_no_requests() -> None:
    body = script()[1]
    assert "</script" not in body
    assert "<!--" not in body
    for asking in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "sendBeacon",
        "importScripts",
    ):
        assert asking not in body
    style = (BUNDLE / "explorer.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
