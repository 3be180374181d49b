"""Label policies: how an artist gets its class. Each is a file in `queries/policies`.

The query of the file returns one row per labelled artist: `artist, class, share`. Besides
the sections of every shipped query (see `queries.catalog`), its header has

- `Classes:` one word of `CarriedClasses`: which classes of the recipe an artist must carry
  to get a label. The crawl's planner uses it to request tracks only of artists that can
  get a label, and to notice when a class has enough artists.
- `Card:` the description of the policy in the card of a data set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from graph.errors import BadQueryError
from queries.catalog import (
    Query,
    header_sections,
    nearest_name,
    parse_query,
    read_folder,
)

FOLDER = "policies"
# Planned policies without a file. A recipe that names one gets a message of its own.
PLANNED = "planned.txt"


class CarriedClasses(StrEnum):
    """Which classes an artist must carry to get a label from a policy.

    `ANY`: one or more; the label is one of them. `ONE`: exactly one. `FIRST`: one or
    more; the label is the first in the order of the recipe. `NONE`: the policy labels
    tracks only, so no artist counts for a class.
    """

    ANY = "any"
    ONE = "one"
    FIRST = "first"
    NONE = "none"

    def possible_labels(self, carried: Sequence[str]) -> tuple[str, ...]:
        """The labels that an artist can get.

        Args:
            carried: The classes that it carries, in the order of the recipe.

        >>> CarriedClasses.FIRST.possible_labels(("black metal", "death metal"))
        ('black metal',)
        >>> CarriedClasses.ONE.possible_labels(("black metal", "death metal"))
        ()
        """
        if self is CarriedClasses.NONE:
            return ()
        if self is CarriedClasses.ONE:
            return tuple(carried) if len(carried) == 1 else ()
        return tuple(carried[:1] if self is CarriedClasses.FIRST else carried)


@dataclass(frozen=True, slots=True)
class LabelPolicy:
    """One policy.

    Attributes:
        name: As recipes write it; the file's name without its suffix.
        classes: Which classes a labelled artist carries.
        card: Its description in the card of a data set, as sentences.
    """

    name: str
    query: Query
    classes: CarriedClasses
    card: str


@cache
def label_policies() -> Mapping[str, LabelPolicy]:
    """All policies by name, sorted."""
    folder = read_folder(files("queries") / FOLDER, f"{FOLDER}/")
    return {name: parse_policy(name, query.text) for name, query in folder.items()}


def label_policy(name: str) -> LabelPolicy:
    """Return the policy with this name.

    Raises:
        BadQueryError: There is none; the hint has the nearest name.
    """
    if name not in label_policies():
        raise BadQueryError(
            f'there is no policy "{name}"',
            hint=nearest_name(name, tuple(label_policies())),
        )
    return label_policies()[name]


@cache
def planned_policies() -> tuple[str, ...]:
    """The planned policies that have no file yet."""
    text = (files("queries") / FOLDER / PLANNED).read_text(encoding="utf-8")
    return tuple(name for name in text.split() if name not in label_policies())


def parse_policy(name: str, text: str) -> LabelPolicy:
    """Parse a policy from the text of its file.

    Raises:
        BadQueryError: The header does not have the form that this module describes.
    """
    query = parse_query(f"{FOLDER}/{name}", text)
    sections = header_sections(text)
    words = " ".join(sections["Classes:"])
    if words not in tuple(CarriedClasses):
        raise BadQueryError(
            f'{query.name}: the header\'s section "Classes:" has "{words}"',
            hint=f"Write one of {', '.join(CarriedClasses)}: what a labelled artist carries.",
        )
    card = " ".join(sections["Card:"])
    if not card:
        raise BadQueryError(
            f'{query.name}: the header has no section "Card:"',
            hint="Describe in it how the policy labels an artist, for the data set's card.",
        )
    return LabelPolicy(name, query, CarriedClasses(words), card)
