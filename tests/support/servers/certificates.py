"""A certificate authority for one test, and a certificate that it signs, by openssl."""

import shutil
import subprocess
from pathlib import Path

import pytest

_COMMANDS = """\
req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days 2 -keyout ca.key -out authority.pem
req -newkey rsa:2048 -nodes -subj /CN=server -keyout private.key -out request
x509 -req -in request -days 2 -extfile names -CA authority.pem -CAkey ca.key -out public.crt"""
_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def make_certificates(folder: Path) -> Path:
    """The authority's certificate; `private.key` and `public.crt` beside it are a server's."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "names").write_text(_NAMES, encoding="utf-8")
    for command in _COMMANDS.splitlines():
        arguments = ["openssl", *command.split()]
        subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    return folder / "authority.pem"


def tls_settings(folder: Path, level: str) -> tuple[str, ...]:
    """Lines of neo4j.conf for a server that takes encrypted connections."""
    policy = "dbms.ssl.policy.bolt"
    return (
        f"{policy}.enabled=true",
        f"{policy}.base_directory={folder}",
        f"{policy}.private_key=private.key",
        f"{policy}.public_certificate=public.crt",
        f"{policy}.client_auth=NONE",
        f"server.bolt.tls_level={level}",
    )
