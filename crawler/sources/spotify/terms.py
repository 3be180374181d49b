"""What Spotify's terms mean for a data set."""

from crawler.sources.base import Terms

# https://developer.spotify.com/policy III and https://developer.spotify.com/terms IV,
# version 10 of 2025-05-15: metadata count as content, research is no exception.
TERMS = Terms(
    summary=(
        "Spotify forbids machine learning on anything of its: audio, and also names, "
        "genres, relations and every other metadata. It forbids databases of them "
        "beyond what an app needs to run, and copies of audio."
    ),
    url="https://developer.spotify.com/policy",
    accepting_means=(
        "I hold Spotify's written permission to keep this content, metadata included, "
        "and to use it for machine learning."
    ),
)
