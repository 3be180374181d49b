"""The terms that cover a service's metadata too."""

from collections.abc import Mapping

from crawler.sources.base import Terms
from crawler.sources.spotify.terms import TERMS as SPOTIFY_TERMS

# Services whose terms also cover names, genres and relations: a label, or the way an
# artist was found, is theirs as much as a clip.
METADATA_TERMS: Mapping[str, Terms] = {"spotify": SPOTIFY_TERMS}
