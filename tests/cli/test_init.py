"""`init` as a command."""

from crawler.cli.exit_status import Status
from tests.support.processes.cli_program import program


def test_init_writes_a_preset_and_never_overwrites_a_file(tmp_path):
    file = tmp_path / "my.toml"
    done = program("init", str(file), "--preset", "metal-20")
    assert (done.returncode, done.stdout) == (Status.DONE, "")
    assert "metal-20" in file.read_text("utf-8")
    file.write_text("mine")
    again = program("init", str(file))
    assert again.returncode == Status.USAGE
    assert "already there" in again.stderr
    assert file.read_text() == "mine"


def test_init_into_a_missing_folder_fails_with_its_name(tmp_path):
    done = program("init", str(tmp_path / "gone" / "x.toml"))
    assert done.returncode == Status.FAILED
    assert "no such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
