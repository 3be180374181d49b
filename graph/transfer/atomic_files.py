"""Files that are put in place when they are whole; until then a `.part` beside each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph.errors import BadGraphFileError


@contextmanager
def put_in_place(*files: Path) -> Iterator[tuple[Path, ...]]:
    """Parts to write to, which become `files` when the block ends well.

    That they can be made is seen before the block runs. When it fails, what stood
    there before stays, and no part is left.

    Raises:
        BadGraphFileError: One of them cannot be written.
    """
    parts = tuple(file.with_name(f"{file.name}.part") for file in files)
    try:
        for file, part in zip(files, parts, strict=True):
            with os_errors_as_graph_errors(file):
                part.touch()
        yield parts
        for file, part in zip(files, parts, strict=True):
            with os_errors_as_graph_errors(file):
                part.replace(file)
    finally:
        _remove(parts)


@contextmanager
def folder_in_place(folder: Path, names: Sequence[str]) -> Iterator[tuple[Path, ...]]:
    """Like `put_in_place` for files of one folder, which is made where it is missing.

    Other files in it are left alone. A folder that was made is taken away again when
    the block fails.
    """
    if folder.exists() and not folder.is_dir():
        raise BadGraphFileError(
            f"{folder} is a file, and a folder is to be made of that name "
            f"for {' and '.join(names)}",
            hint="Name another place, or move the file away.",
        )
    with os_errors_as_graph_errors(folder):
        made = not folder.exists()
        folder.mkdir(exist_ok=True)
    try:
        with put_in_place(*(folder / name for name in names)) as parts:
            yield parts
    except BaseException:
        if made:
            _take_away(folder)
        raise


@contextmanager
def os_errors_as_graph_errors(file: Path) -> Iterator[None]:
    """Say in one sentence what the machine has against writing a file."""
    try:
        yield
    except OSError as error:
        raise BadGraphFileError(
            f"{file} cannot be written: {error.strerror or error}",
            hint="Name another file, or make room for it.",
        ) from error


def _remove(parts: Sequence[Path]) -> None:
    for part in parts:
        try:
            part.unlink(missing_ok=True)
        except OSError:
            continue  # a denied folder has none, and its error is os_errors_as_graph_errors already


def _take_away(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # somebody put something into it
