# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung line` knows where both sides are, or says in plain words what is missing."""

import pytest

from app.commands.line import access_of, secret_of
from app.config import Settings, SettingsNotAccepted
from app.line_secret import FILE as SECRET_FILE
from core.errors import ActNotPossible

ASTERISK = {
    "ASTERISK_ARI_URL": "http://127.0.0.1:8088",
    "ASTERISK_ARI_USER": "mitwirkung",
    "ASTERISK_ARI_PASSWORD": "not said",
    "PUBLIC_URL": "https://mitwirkung.bergheim.de",
}


def settings(tmp_path, **more):
    return Settings.read({**ASTERISK, "MITWIRKUNG_DIR": str(tmp_path), **more})


@pytest.mark.parametrize("written", ["http://127.0.0.1:8088", "http://127.0.0.1:8088/ari"])
def test_the_exchange_is_found_however_its_address_ends(tmp_path, written):
    assert access_of(settings(tmp_path, ASTERISK_ARI_URL=written)).ari_url == "http://127.0.0.1:8088/ari"


def test_the_service_is_reached_inside_where_there_is_a_way(tmp_path):
    assert access_of(settings(tmp_path)).service_url == "https://mitwirkung.bergheim.de"
    inside = settings(tmp_path, MITWIRKUNG_LINE_SERVICE="http://web:8000")
    assert access_of(inside).service_url == "http://web:8000"


def test_everything_that_is_missing_is_named_at_once(tmp_path):
    with pytest.raises(SettingsNotAccepted) as refused:
        access_of(Settings.read({"MITWIRKUNG_DIR": str(tmp_path)}))
    assert [problem.partition(" ")[0] for problem in refused.value.problems] == list(ASTERISK)


def test_the_secret_is_given_or_lies_with_the_keys(tmp_path):
    assert secret_of(settings(tmp_path, MITWIRKUNG_LINE_SECRET="given")) == "given"
    with pytest.raises(ActNotPossible, match=SECRET_FILE):
        secret_of(settings(tmp_path))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / SECRET_FILE).write_text("made\n")
    assert secret_of(settings(tmp_path)) == "made"


def test_the_password_is_never_shown(tmp_path):
    assert "not said" not in repr(access_of(settings(tmp_path)))
