"""The genre families of invented worlds.

A family corresponds to one class of a recipe: its genre names match only that class,
whether patterns match words or exact names. Names without a word of the class ("boom
bap") match none, as in reality.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GenreFamily:
    """One kind of music.

    Attributes:
        name: The name of the class in presets, and of its sound.
        genres: MusicBrainz genre names, the most common first.
        deezer_genre: Id of the coarse genre that Deezer's albums carry.
    """

    name: str
    genres: tuple[str, ...]
    deezer_genre: int


def _family(name: str, deezer_genre: int, *genres: str) -> GenreFamily:
    return GenreFamily(name, (name, *genres), deezer_genre)


GENRES_10 = (
    _family("pop", 132, "dance-pop", "indie pop", "synth-pop", "art pop", "teen pop"),
    _family("rock", 152, "indie rock", "hard rock", "alternative rock", "garage rock"),
    _family("rap", 116, "hip hop", "trap", "gangsta rap", "grime", "drill", "boom bap"),
    _family("metal", 464, "heavy metal", "death metal", "doom metal", "power metal"),
    _family("house", 113, "deep house", "tech house", "acid house", "piano house"),
    _family("r&b", 165, "contemporary r&b", "alternative r&b", "new jack swing"),
    _family("classical", 98, "baroque", "opera", "modern classical"),
    _family("techno", 106, "minimal techno", "detroit techno", "acid techno"),
    _family("jazz", 129, "free jazz", "cool jazz", "vocal jazz", "smooth jazz"),
    _family("folk", 466, "indie folk", "contemporary folk", "freak folk"),
)

METAL_20 = (
    _family(
        "black metal",
        464,
        "depressive black metal",
        "blackgaze",
        "atmospheric black metal",
    ),
    _family("death metal", 464, "slam death metal", "technical death metal"),
    _family("melodic death metal", 464),
    _family("doom metal", 464, "funeral doom metal", "sludge metal", "sludge"),
    _family("thrash metal", 464, "crossover thrash", "teutonic thrash metal"),
    _family("power metal", 464, "us power metal"),
    _family("progressive metal", 464, "technical progressive metal"),
    _family("folk metal", 464, "celtic folk metal"),
    _family("symphonic metal", 464, "operatic symphonic metal"),
    _family("gothic metal", 464, "beauty and the beast"),
    _family("grindcore", 464, "goregrind", "deathgrind"),
    _family("metalcore", 464, "melodic metalcore", "mathcore"),
    _family("deathcore", 464, "downtempo deathcore"),
    _family("nu metal", 464, "alternative nu metal"),
    _family("industrial metal", 464, "cyber industrial metal"),
    _family("groove metal", 464, "southern groove metal"),
    _family("stoner metal", 464, "desert stoner metal"),
    _family("speed metal", 464, "black 'n' roll"),
    _family("post-metal", 464, "instrumental post-metal"),
    _family("djent", 464, "progressive djent"),
)

# Music outside the classes of both presets.
FOREIGN = (
    _family("country", 84, "outlaw country", "bluegrass"),
    _family("reggae", 144, "roots reggae", "dub", "dancehall"),
    _family("latin", 197, "salsa", "bachata", "cumbia"),
    _family("soul", 169, "northern soul", "funk"),
    _family("blues", 153, "delta blues", "electric blues"),
    _family("ambient", 106, "drone", "dark ambient"),
)

PRESETS = {"genres-10": GENRES_10, "metal-20": METAL_20}

# Tags that are not genres: none is in MusicBrainz' list of genres.
OTHER_TAGS = (
    "seen live",
    "british",
    "japanese",
    "swedish",
    "00s",
    "80s",
    "female vocalists",
    "favourites",
    "under 2000 listeners",
)
