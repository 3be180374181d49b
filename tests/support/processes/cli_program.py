"""The program as a process, for the tests of the command line's frame."""

import os
import subprocess
import sys


def program(*arguments, **environ):
    """Run the program as a user does, without this process's settings."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "GENREGRAPH_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=clean | environ,
    )
