"""MusicBrainz and ListenBrainz: identities, genres and artists by genre."""
