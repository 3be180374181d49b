import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.schema import ServiceSettings
from crawler.config.settings import (
    DEFAULT_DIRECTORY,
    Flags,
    load_settings,
    process_environment,
    without_secrets,
)
from crawler.errors import SettingsError


def write(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_any_setting_the_store_is_the_embedded_one():
    settings = load_settings(Flags(), {})
    assert settings.store.uri is None
    assert settings.store.directory == DEFAULT_DIRECTORY
    assert settings.store_from == "the default"
    assert settings.service("deezer") == ServiceSettings()


def test_flags_beat_environment_beats_neo4j_beats_the_file_beats_the_default(tmp_path):
    file = write(tmp_path, '[store]\naddress = "bolt://file"')
    environ = {"GENREGRAPH_STORE": "bolt://ours", "NEO4J_URI": "bolt://theirs"}
    flags = Flags("bolt://flag")
    loaded = [
        load_settings(flags, environ, file),
        load_settings(Flags(), environ, file),
        load_settings(Flags(), {"NEO4J_URI": "bolt://theirs"}, file),
        load_settings(Flags(), {}, file),
    ]
    assert [(one.store.uri, one.store_from) for one in loaded] == [
        ("bolt://flag", "--store"),
        ("bolt://ours", "GENREGRAPH_STORE"),
        ("bolt://theirs", "NEO4J_URI"),
        ("bolt://file", str(file)),
    ]


def test_a_store_without_a_scheme_is_a_folder_also_when_neo4j_is_set():
    environ = {"NEO4J_URI": "bolt://theirs", "NEO4J_PASSWORD": "x"}
    settings = load_settings(Flags("some/folder"), environ)
    assert settings.store.uri is None
    assert settings.store.password is None
    assert settings.store.directory == Path("some/folder")


def test_user_password_and_database_come_from_the_environment_or_the_file(tmp_path):
    file = write(
        tmp_path,
        '[store]\naddress="bolt://h"\nusername="u"\npassword="p"\ndatabase="d"',
    )
    of_file = load_settings(Flags(), {}, file).store
    assert (of_file.user, of_file.password, of_file.database) == ("u", "p", "d")
    environ = {"NEO4J_USERNAME": "U", "NEO4J_PASSWORD": "P", "NEO4J_DATABASE": "D"}
    of_environment = load_settings(Flags(), environ, file).store
    assert of_environment.user == "U"
    assert of_environment.password == "P"
    assert of_environment.database == "D"


def test_a_password_without_a_user_is_that_of_neo4j():
    environ = {"NEO4J_URI": "bolt://h", "NEO4J_PASSWORD": "p"}
    assert load_settings(Flags(), environ).store.user == "neo4j"


def test_an_empty_variable_is_one_that_is_not_set():
    environ = {"GENREGRAPH_STORE": "", "NEO4J_URI": "", "GENREGRAPH_CONTACT": ""}
    settings = load_settings(Flags(), environ)
    assert (settings.store_from, settings.contact) == ("the default", None)


def test_the_wait_for_the_store_can_be_set(tmp_path):
    environ = {"NEO4J_URI": "bolt://h"}
    file = write(tmp_path, "[store]\nwait_seconds = 30")
    assert load_settings(Flags(), environ).store.wait_seconds == 120
    assert load_settings(Flags(), environ, file).store.wait_seconds == 30
    environ["GENREGRAPH_STORE_WAIT_SECONDS"] = "0"
    assert load_settings(Flags(), environ, file).store.wait_seconds == 0


@pytest.mark.parametrize("seconds", ["-1", "soon", "nan", "inf"])
def test_a_wait_that_is_not_a_number_of_seconds_is_refused(seconds):
    environ = {"NEO4J_URI": "bolt://h", "GENREGRAPH_STORE_WAIT_SECONDS": seconds}
    with pytest.raises(SettingsError, match="GENREGRAPH_STORE_WAIT_SECONDS"):
        load_settings(Flags(), environ)


@pytest.mark.parametrize(
    "address",
    [
        "bolt://neo4j:hunter2@localhost:7687",
        "neo4j+s://:hunter2@db.example",
        "bolt://hunter2@db",
        "neo4j://db?password=hunter2",
    ],
)
@pytest.mark.parametrize("origin", ["--store", "GENREGRAPH_STORE", "NEO4J_URI"])
def test_a_store_address_with_a_secret_is_refused_without_repeating_it(address, origin):
    flags = Flags(address if origin == "--store" else None)
    environ = {} if origin == "--store" else {origin: address}
    with pytest.raises(SettingsError) as caught:
        load_settings(flags, environ)
    message = str(caught.value) + caught.value.hint
    assert "hunter2" not in message
    assert origin in message
    assert "NEO4J_PASSWORD" in message


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://localhost:7474", "bolt"),
        ("botl://localhost", 'did you mean "bolt"?'),
        ("bolt://", "no host"),
        ("bolt://host:notaport", "no usable port"),
        ("bolt://host:99999", "no usable port"),
    ],
)
def test_the_error_for_a_bad_address_shows_a_good_one(address, words):
    with pytest.raises(SettingsError, match=r".") as caught:
        load_settings(Flags(address), {})
    assert words in str(caught.value)
    assert "bolt://localhost:7687" in caught.value.hint


def test_addresses_and_paces_of_services_are_read(tmp_path):
    file = write(
        tmp_path,
        '[sources.musicbrainz]\nurl = "http://mirror:5000/ws/2/"\n'
        "requests = 50\nseconds = 1\n[sources.deezer]\nseconds = 0.5\n",
    )
    environ = {"GENREGRAPH_DEEZER_URL": "http://127.0.0.1:1234/"}
    settings = load_settings(Flags(), environ, file)
    assert settings.service("musicbrainz") == ServiceSettings(
        "http://mirror:5000/ws/2", 50, 1.0
    )
    assert settings.service("deezer") == ServiceSettings(
        "http://127.0.0.1:1234", None, 0.5
    )
    assert settings.service("deezer").pace == (1, 0.5)
    assert settings.service("listenbrainz") == ServiceSettings()


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://x", "http://", "http://:80"])
def test_the_address_of_a_service_must_be_http(url):
    with pytest.raises(SettingsError, match="GENREGRAPH_DEEZER_URL"):
        load_settings(Flags(), {"GENREGRAPH_DEEZER_URL": url})


def test_an_address_of_a_service_with_a_password_is_refused_without_repeating_it():
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags(), {"GENREGRAPH_DEEZER_URL": "http://u:hunter2@h"})
    assert "hunter2" not in str(caught.value)


def test_every_mistake_of_the_file_is_reported_with_its_line_and_the_nearest_right_key(
    tmp_path,
):
    file = write(
        tmp_path,
        'contcat = "me"\n[sources.musicbrains]\nrequests = 5\n'
        '[sources.deezer]\nrequest = 5\n[sources.spotify]\nrequests = "5"\n'
        "[sources.listenbrainz]\nrequests = true\n[store]\npasword = 'hunter2'\n",
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags(), {}, file)
    for words in [
        'line 1: contcat is unknown; did you mean "contact"?',
        'line 2: sources.musicbrains is unknown; did you mean "musicbrainz"?',
        'line 5: sources.deezer.request is unknown; did you mean "requests"?',
        "line 7: sources.spotify.requests must be a whole number, not text",
        "line 9: sources.listenbrainz.requests must be a whole number",
        'line 11: store.pasword is unknown; did you mean "password"?',
    ]:
        assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("pace", ["requests = 0", "seconds = 0", "seconds = -1.5"])
def test_a_pace_must_be_above_zero(tmp_path, pace):
    file = write(tmp_path, f"[sources.deezer]\n{pace}\n")
    with pytest.raises(SettingsError, match=r"line 2: sources\.deezer\.\w+ must be"):
        load_settings(Flags(), {}, file)


def test_a_file_that_is_not_toml_is_refused_and_a_missing_one_is_empty(tmp_path):
    with pytest.raises(
        SettingsError, match=r"config\.toml cannot be used: line 1: not valid"
    ):
        load_settings(Flags(), {}, write(tmp_path, "store ="))
    gone = load_settings(Flags(), {}, tmp_path / "gone.toml")
    assert gone == load_settings(Flags(), {})


def test_a_misspelt_variable_of_ours_is_noted_and_does_not_stop_the_program():
    environ = {"GENREGRAPH_STROE": "x", "GENREGRAPH_TEST_NEO4J_URI": "y"}
    assert load_settings(Flags(), environ).notes == (
        'GENREGRAPH_STROE is not a setting of ours; did you mean "GENREGRAPH_STORE"?',
    )


def test_mistakes_of_the_file_are_reported_although_the_environment_overrides_them(
    tmp_path,
):
    file = write(tmp_path, '[sources.deezer]\nurl = "ftp://x"\n[store]\naddress = 5\n')
    environ = {"GENREGRAPH_DEEZER_URL": "http://h", "GENREGRAPH_STORE": "folder"}
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags(), environ, file)
    assert "line 2: sources.deezer.url is not an http:// or" in str(caught.value)
    assert "line 4: store.address must be text, not the number 5" in str(caught.value)


def test_mistakes_of_the_environment_are_all_reported_by_variable():
    environ = {
        "GENREGRAPH_DEEZER_URL": "ftp://x",
        "GENREGRAPH_SPOTIFY_MARKET": "USA",
        "GENREGRAPH_STORE_WAIT_SECONDS": "soon",
    }
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags("bolt://u:p@h"), environ)
    for words in (*environ, "--store contains a user name or password"):
        assert words in str(caught.value)


def test_each_variable_sets_the_key_of_the_file_that_it_stands_for(tmp_path):
    file = write(
        tmp_path,
        '[sources.spotify-token]\nurl = "http://file/token"\n'
        '[spotify]\nmarket = "de"\n',
    )
    of_file = load_settings(Flags(), {}, file)
    assert of_file.service("spotify-token").url == "http://file/token"
    environ = {"GENREGRAPH_SPOTIFY_TOKEN_URL": "http://env/token"}
    settings = load_settings(Flags(), environ, file)
    assert settings.service("spotify-token").url == "http://env/token"
    assert settings.accounts["spotify"]["market"] == "DE"
    environ |= {"GENREGRAPH_SPOTIFY_MARKET": "fr"}
    assert load_settings(Flags(), environ, file).accounts["spotify"]["market"] == "FR"


def test_proxies_are_read_in_either_case():
    environ = {"HTTP_PROXY": "http://p:1", "https_proxy": "http://p:2", "NO_PROXY": "x"}
    assert load_settings(Flags(), environ).proxies == {
        "http": "http://p:1",
        "https": "http://p:2",
        "no": "x",
    }


def test_printed_settings_show_no_secret():
    environ = {
        "NEO4J_URI": "bolt://h",
        "NEO4J_PASSWORD": "hunter2",
        "SPOTIPY_CLIENT_SECRET": "hunter3",
    }
    settings = load_settings(Flags(), environ)
    assert settings.store.password == "hunter2"
    assert settings.accounts["spotify"]["client_secret"] == "hunter3"
    assert "hunter" not in repr(settings)


@given(st.text("abcXYZ019@:!$%", min_size=4), st.text("ab /"))
def test_messages_contain_no_secret_of_the_environment(secret, around):
    environ = {"NEO4J_PASSWORD": secret}
    text = without_secrets(f"{around}{secret}{around}", environ)
    assert secret not in text


def test_passwords_in_any_address_are_removed_from_messages():
    text = without_secrets("bolt://a:b@h and http://me:s3@x:1/p?q=1", {})
    assert text == "bolt://***@h and http://***@x:1/p?q=1"


def test_the_environment_is_the_one_of_this_process():
    assert process_environment() == os.environ
