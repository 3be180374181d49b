"""The objects in Deezer's replies; tests/fixtures/schemas says which were seen recorded."""

from crawler.standin.http import JsonObject, ServiceRequest
from crawler.standin.services.previews import signed_link
from crawler.standin.world.world import World, WorldArtist, WorldPlaylist, WorldTrack

SITE = "https://www.deezer.example.invalid"
IMAGES = "https://images.example.invalid"
SIZES = (("small", 56), ("medium", 250), ("big", 500), ("xl", 1000))
COUNTRIES = ("BE", "CA", "DE", "FR", "GB", "JP", "SE", "US")

GENRES = (
    (0, "All"),
    (132, "Pop"),
    (116, "Rap/Hip Hop"),
    (152, "Rock"),
    (113, "Dance"),
    (165, "R&B"),
    (85, "Alternative"),
    (106, "Electro"),
    (466, "Folk"),
    (144, "Reggae"),
    (129, "Jazz"),
    (84, "Country"),
    (98, "Classical"),
    (173, "Films/Games"),
    (464, "Metal"),
    (169, "Soul & Funk"),
    (2, "African Music"),
    (12, "Arabic Music"),
    (16, "Asian Music"),
    (153, "Blues"),
    (75, "Brazilian Music"),
    (81, "Indian Music"),
    (95, "Kids"),
    (197, "Latin Music"),
)
GENRE_NAMES = dict(GENRES)


def _images(key: str, kind: str, number: int) -> JsonObject:
    name = f"{IMAGES}/{kind}/{number:032x}"
    return {
        f"{key}_{size}": f"{name}/{width}x{width}-000000-80-0-0.jpg"
        for size, width in SIZES
    }


class DeezerObjects:
    """Makes them from a world's values."""

    def __init__(self, world: World, previews: str) -> None:
        self._world = world
        self._previews = previews

    def artist(self, artist: WorldArtist, base: str) -> JsonObject:
        """A whole artist, as `/artist/ID` and the lists of artists give it."""
        return {
            "id": artist.id,
            "name": artist.name,
            "link": f"{SITE}/artist/{artist.id}",
            "picture": f"{base}/artist/{artist.id}/image",
            **_images("picture", "artist", artist.id),
            "nb_album": len(self._world.albums_of.get(artist.id, ())),
            "nb_fan": artist.fans,
            "radio": True,
            "tracklist": f"{base}/artist/{artist.id}/top?limit=50",
            "type": "artist",
        }

    def _brief(self, number: int, base: str) -> JsonObject:
        return {
            "id": number,
            "name": self._world.artists[number].name,
            "link": f"{SITE}/artist/{number}",
            "tracklist": f"{base}/artist/{number}/top?limit=50",
            "type": "artist",
        }

    def _contributors(self, track: WorldTrack, base: str) -> list[JsonObject]:
        return [
            {
                "id": number,
                "name": self._world.artists[number].name,
                "link": f"{SITE}/artist/{number}",
                "share": f"{SITE}/artist/{number}?utm_source=deezer",
                "picture": f"{base}/artist/{number}/image",
                **_images("picture", "artist", number),
                "radio": True,
                "tracklist": f"{base}/artist/{number}/top?limit=50",
                "type": "artist",
                "role": "Main" if place == 0 else "Featured",
            }
            for place, number in enumerate(track.artists)
        ]

    def _album_of(self, track: WorldTrack, base: str) -> JsonObject:
        return {
            "id": track.album_id,
            "title": track.album,
            "cover": f"{base}/album/{track.album_id}/image",
            **_images("cover", "cover", track.album_id),
            "tracklist": f"{base}/album/{track.album_id}/tracks",
            "type": "album",
        }

    def _title(self, track: WorldTrack) -> JsonObject:
        return {
            "id": track.id,
            "readable": track.has_preview,
            "title": track.title,
            "title_short": track.title,
            "title_version": "",
        }

    def _explicit(self, track: WorldTrack) -> JsonObject:
        return {
            "explicit_lyrics": track.explicit,
            "explicit_content_lyrics": int(track.explicit),
            "explicit_content_cover": 0,
        }

    def playlist_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as `/playlist/ID/tracks` gives it."""
        return {
            **self._title(track),
            "link": f"{SITE}/track/{track.id}",
            "duration": track.duration,
            "rank": track.rank,
            **self._explicit(track),
            "preview": signed_link(track, self._previews, request.now),
            "time_add": 1_700_000_000,
            "artist": self._brief(track.artists[0], request.base),
            "album": self._album_of(track, request.base),
            "type": "track",
        }

    def top_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as `/artist/ID/top` gives it: without ISRC."""
        shape = self.playlist_track(track, request)
        del shape["time_add"]
        return {**shape, "contributors": self._contributors(track, request.base)}

    def track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as `/track/ID` gives it: with ISRC."""
        return {
            **self.top_track(track, request),
            "isrc": track.isrc,
            "share": f"{SITE}/track/{track.id}?utm_source=deezer",
            "track_position": self._world.albums[track.album_id].index(track) + 1,
            "disk_number": 1,
            "release_date": track.release_date,
            "bpm": 0,
            "gain": -9.1,
            "available_countries": COUNTRIES,
        }

    def _genre_id(self, album: int) -> int:
        """The coarse genre of an album; -1, as Deezer has it, for one album in nine."""
        first = self._world.albums[album][0]
        return -1 if album % 9 == 0 else self._world.deezer_genres.get(first.family, -1)

    def album_row(self, album: int, base: str) -> JsonObject:
        """An album as `/artist/ID/albums` gives it."""
        tracks = self._world.albums[album]
        return {
            "id": album,
            "title": tracks[0].album,
            "link": f"{SITE}/album/{album}",
            "cover": f"{base}/album/{album}/image",
            **_images("cover", "cover", album),
            "genre_id": self._genre_id(album),
            "fans": tracks[0].rank // 3,
            "release_date": tracks[0].release_date,
            "record_type": "album" if len(tracks) > 1 else "single",
            "tracklist": f"{base}/album/{album}/tracks",
            "explicit_lyrics": any(track.explicit for track in tracks),
            "type": "album",
        }

    def album(self, album: int, request: ServiceRequest) -> JsonObject:
        """An album as `/album/ID` gives it, with its genres and tracks."""
        tracks, genre = self._world.albums[album], self._genre_id(album)
        genres = [(genre, GENRE_NAMES[genre])] if genre in GENRE_NAMES else []
        return {
            **self.album_row(album, request.base),
            "upc": f"{album:012d}",
            "share": f"{SITE}/album/{album}?utm_source=deezer",
            "genres": {"data": [self.genre(g, request.base) for g in genres]},
            "label": "Invented Records",
            "nb_tracks": len(tracks),
            "duration": sum(track.duration for track in tracks),
            "available": True,
            "contributors": self._contributors(tracks[0], request.base),
            "artist": self._brief(tracks[0].artists[0], request.base),
            "tracks": {"data": [self._album_track(track, request) for track in tracks]},
        }

    def _album_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        shape = self.playlist_track(track, request)
        del shape["time_add"], shape["album"]
        return shape

    def genre(self, genre: tuple[int, str], base: str) -> JsonObject:
        """One of Deezer's coarse genres."""
        number, name = genre
        picture = f"{base}/genre/{number}/image"
        return {"id": number, "name": name, "picture": picture, "type": "genre"}

    def playlist_row(self, playlist: WorldPlaylist, base: str) -> JsonObject:
        """A playlist as `/search/playlist` gives it."""
        return {**self._playlist(playlist, base), "user": _user(playlist, base)}

    def playlist(self, playlist: WorldPlaylist, request: ServiceRequest) -> JsonObject:
        """A playlist as `/playlist/ID` gives it, with its tracks."""
        tracks = [self._world.tracks[track] for track in playlist.tracks]
        rows = [self.playlist_track(track, request) for track in tracks]
        return {
            **self._playlist(playlist, request.base),
            "description": "",
            "duration": sum(track.duration for track in tracks),
            "is_loved_track": False,
            "collaborative": False,
            "fans": 12,
            "share": f"{SITE}/playlist/{playlist.id}?utm_source=deezer",
            "creator": _user(playlist, request.base),
            "tracks": {"data": rows},
        }

    def _playlist(self, playlist: WorldPlaylist, base: str) -> JsonObject:
        return {
            "id": playlist.id,
            "title": playlist.title,
            "public": True,
            "nb_tracks": len(playlist.tracks),
            "link": f"{SITE}/playlist/{playlist.id}",
            "picture": f"{base}/playlist/{playlist.id}/image",
            **_images("picture", "playlist", playlist.id),
            "checksum": f"{playlist.id:032x}",
            "tracklist": f"{base}/playlist/{playlist.id}/tracks",
            "creation_date": "2020-01-01 12:00:00",
            "type": "playlist",
        }


def _user(playlist: WorldPlaylist, base: str) -> JsonObject:
    number = 1 + playlist.id % 97
    return {
        "id": number,
        "name": playlist.owner,
        "tracklist": f"{base}/user/{number}/flow",
        "type": "user",
    }
