# SPDX-License-Identifier: EUPL-1.2
"""Settings: read once, all problems at once, no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import PLACEHOLDERS, SETTINGS, Settings, SettingsNotAccepted

HOME = {"HOME": "/home/erika"}
EVERYTHING = {
    "MITWIRKUNG_DIR": "/srv/mitwirkung",
    "MITWIRKUNG_KEYS_DIR": "/srv/keys",
    "DATABASE_URL": "postgresql://town:canary-database@db/mitwirkung",
    "PUBLIC_URL": "https://mitwirkung.bergheim.de/",
    "MITWIRKUNG_TRUSTED_PROXIES": "1",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "canary-twilio",
    "TWILIO_NUMBER": "+4922719990000",
    "TWILIO_API_BASE": "https://api.ie1.twilio.com",
    "MITWIRKUNG_TELEGRAM": "on",
    "TELEGRAM_BOT_TOKEN": "canary-bot",
    "TELEGRAM_SECRET": "canary-telegram",
    "ASTERISK_ARI_URL": "http://127.0.0.1:8088",
    "ASTERISK_ARI_USER": "mitwirkung",
    "ASTERISK_ARI_PASSWORD": "canary-asterisk",
    "MITWIRKUNG_LINE_SECRET": "canary-line",
    "MITWIRKUNG_LINE_NAME": "mitwirkung-2",
    "MITWIRKUNG_LINE_SERVICE": "http://web:8000",
    "MITWIRKUNG_LINE_SOUNDS": "/sounds",
    "MITWIRKUNG_TRANSCRIBER_MODEL": "/srv/models/de",
}
SECRETS = tuple(setting.name for setting in SETTINGS if setting.secret)


def test_the_full_example_gives_every_setting_there_is():
    assert set(EVERYTHING) == {setting.name for setting in SETTINGS}
    assert Settings.read(EVERYTHING).given == frozenset(EVERYTHING)


def test_nothing_given_is_enough_to_try_it_out(tmp_path):
    settings = Settings.read({"HOME": str(tmp_path)})
    assert settings.folder == tmp_path / ".local" / "share" / "mitwirkung"
    assert settings.keys_folder == settings.folder / "keys"
    assert settings.database_url == f"sqlite:///{settings.folder}/mitwirkung.db"
    assert settings.given == frozenset()


def test_the_data_folder_follows_the_desktop_standard_where_that_is_set():
    assert Settings.read({"HOME": "/h", "XDG_DATA_HOME": "/data"}).folder == Path("/data/mitwirkung")


def test_the_folder_of_the_command_line_goes_before_the_environment(tmp_path):
    settings = Settings.read({"MITWIRKUNG_DIR": "/elsewhere"}, folder=tmp_path)
    assert (settings.folder, settings.keys_folder) == (tmp_path, tmp_path / "keys")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_spelling_of_a_postgresql_address_is_understood(scheme):
    settings = Settings.read({**HOME, "DATABASE_URL": f"{scheme}://town:pw@db:5432/mitwirkung?sslmode=require"})
    assert settings.database_url == "postgresql+psycopg://town:pw@db:5432/mitwirkung?sslmode=require"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_come_from_a_file(name, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{EVERYTHING[name]}\n", encoding="utf-8")
    from_file = {**EVERYTHING, f"{name}_FILE": str(file)}
    del from_file[name]
    assert Settings.read(from_file) == Settings.read(EVERYTHING)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_given_twice_is_a_problem_that_names_both_places(name, tmp_path):
    with pytest.raises(SettingsNotAccepted, match=f"{name} und {name}_FILE"):
        Settings.read({**EVERYTHING, f"{name}_FILE": str(tmp_path / "secret")})


def test_every_problem_is_said_at_once_and_none_repeats_a_value():
    wrong = {
        "DATABASE_URL": "mysql://canary",
        "PUBLIC_URL": "mitwirkung.canary.de",
        "MITWIRKUNG_TRUSTED_PROXIES": "canary",
        "TWILIO_API_BASE": "https://api.twilio.com/?canary",
        "MITWIRKUNG_TELEGRAM": "canary",
        "TELEGRAM_SECRET_FILE": "/canary/is/no/file",
        "ASTERISK_ARI_URL": "http://canary:password@localhost",
        "MITWIRKUNG_LINE_NAME": "canary",
    }
    with pytest.raises(SettingsNotAccepted) as refused:
        Settings.read({**HOME, **wrong})
    assert len(refused.value.problems) == len(wrong)
    assert all(any(problem.startswith(name) for problem in refused.value.problems) for name in wrong)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["https://", "ftp://a.de", "https://a.de#x", "https://u@a.de", "https://a b.de", "https://a.de:x", "//a.de"],
)
def test_an_address_that_no_provider_could_sign_is_refused(address):
    with pytest.raises(SettingsNotAccepted, match="PUBLIC_URL"):
        Settings.read({**HOME, "PUBLIC_URL": address})


@pytest.mark.parametrize(
    "address", ["https://a.de", "https://a.de/", "http://127.0.0.1:8000", "https://a.de/mitwirkung/"]
)
def test_an_address_is_kept_without_the_slash_at_its_end(address):
    assert Settings.read({**HOME, "PUBLIC_URL": address}).public_url == address.rstrip("/")


def test_telegram_needs_its_token_only_when_it_is_on():
    assert not Settings.read({**HOME, "MITWIRKUNG_TELEGRAM": "off"}).telegram
    with pytest.raises(SettingsNotAccepted, match="TELEGRAM_BOT_TOKEN"):
        Settings.read({**HOME, "MITWIRKUNG_TELEGRAM": "on"})


def test_settings_of_a_channel_that_does_not_run_are_named():
    settings = Settings.read(EVERYTHING)
    assert settings.ignored({"sms", "web"}) == (
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_SECRET",
        "ASTERISK_ARI_URL",
        "ASTERISK_ARI_USER",
        "ASTERISK_ARI_PASSWORD",
        "MITWIRKUNG_LINE_SECRET",
        "MITWIRKUNG_LINE_NAME",
        "MITWIRKUNG_LINE_SERVICE",
        "MITWIRKUNG_LINE_SOUNDS",
    )
    assert settings.ignored({"sms", "telegram", "asterisk"}) == ()


def test_e2_no_secret_is_shown_by_repr():
    assert "canary" not in repr(Settings.read(EVERYTHING))


def test_e2_every_secret_is_told_to_the_log_so_that_it_can_be_left_out():
    canaries = {
        part for value in EVERYTHING.values() for part in value.replace("@", ":").split(":") if "canary" in part
    }
    assert canaries == set(Settings.read(EVERYTHING).secret_values())


def test_a_demo_gets_an_address_and_a_token_of_its_own():
    first, second = (Settings.read(HOME).demo_defaults("http://127.0.0.1:8000") for _ in range(2))
    assert first.public_url == "http://127.0.0.1:8000"
    assert first.twilio_auth_token != second.twilio_auth_token
    assert len(first.twilio_auth_token) == 32


def test_a_demo_honours_what_is_given():
    assert Settings.read(EVERYTHING).demo_defaults("http://127.0.0.1:8000") == Settings.read(EVERYTHING)


def test_a_complete_set_of_settings_may_serve_residents():
    assert Settings.read(EVERYTHING).unfit_for_residents() == ()


TRIAL_ONLY = [
    ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
    ({"PUBLIC_URL": "http://bergheim.de"}, "https"),
    ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
    *(({"TELEGRAM_SECRET": placeholder}, "TELEGRAM_SECRET") for placeholder in sorted(PLACEHOLDERS)),
]


@pytest.mark.parametrize(("changed", "named"), TRIAL_ONLY)
def test_d28_what_is_good_enough_for_a_trial_may_not_serve_residents(changed, named):
    (problem,) = Settings.read({**EVERYTHING, **changed}).unfit_for_residents()
    assert named in problem
