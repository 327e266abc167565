# SPDX-License-Identifier: EUPL-1.2
"""Keys: made once, refused when they are none or open to others, and of use in one place only."""

import itertools
import secrets
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Address, AddressKind
from storage.keys import KEY_BYTES, Keys, KeysNotUsable
from storage.store import SqlStore
from tests import factories

KEYS = factories.keys()
ANY_TEXT = st.text(st.characters())
"""Lone surrogates too: people's telephones send everything."""


# ---------------------------------------------------------------------------------------------- files


def test_the_first_start_makes_keys_that_only_we_can_read(tmp_path):
    folder = tmp_path / "data" / "keys"
    Keys.create_missing(folder)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}
    assert modes == {"keys": 0o700, "pepper-1.key": 0o600, "vault-1.key": 0o600}


def test_every_later_start_finds_the_same_keys(tmp_path):
    first, again = Keys.create_missing(tmp_path / "keys"), Keys.create_missing(tmp_path / "keys")
    assert again.voice_id("t", "c", "p") == first.voice_id("t", "c", "p")
    assert again.decrypt(first.encrypt("Ä", "here"), "here") == "Ä"


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path):
    found, ready = set(), threading.Barrier(8)

    def start():
        ready.wait()
        found.add(Keys.create_missing(tmp_path / "keys").voice_id("t", "c", "p"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"pepper-1.key", "vault-1.key"}


@pytest.fixture
def folder(tmp_path):
    Keys.create_missing(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602, 0o660, 0o644])
def test_e2_a_key_that_others_can_read_or_write_is_refused(folder, mode):
    (folder / "pepper-1.key").chmod(mode)
    with pytest.raises(KeysNotUsable, match="chmod 600"):
        Keys.load(folder)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o755])
def test_a_folder_that_others_can_enter_is_refused(folder, mode):
    folder.chmod(mode)
    with pytest.raises(KeysNotUsable, match="chmod 700"):
        Keys.create_missing(folder)


NO_KEYS = ["", "\n", "secret", "00" * 32, "ab" * 32, "ff" * 31, secrets.token_hex(31), secrets.token_hex(64), "zz" * 32]


@pytest.mark.parametrize("content", [*NO_KEYS, "ä" * 64], ids=repr)
@pytest.mark.parametrize("name", ["pepper-1.key", "vault-1.key"])
def test_what_is_no_random_key_is_refused(folder, name, content):
    (folder / name).write_text(content)
    with pytest.raises(KeysNotUsable, match=name):
        Keys.load(folder)


def test_e2_no_message_shows_a_key(folder):
    short = secrets.token_hex(KEY_BYTES - 1)
    (folder / "vault-1.key").write_text(short)
    with pytest.raises(KeysNotUsable) as told:
        Keys.load(folder)
    assert short not in str(told.value)
    assert told.value.__cause__ is None
    assert repr(KEYS).count("x") <= repr(KEYS).count("0x")


@pytest.mark.parametrize("name", ["pepper-1.key", "vault-1.key"])
def test_a_key_that_is_missing_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(KeysNotUsable, match=name):
        Keys.load(folder)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(KeysNotUsable, match="nowhere"):
        Keys.load(tmp_path / "nowhere")


def add_key(folder, name, key=None):
    (folder / name).write_text(key or secrets.token_hex(KEY_BYTES))
    (folder / name).chmod(0o600)


def test_two_peppers_are_refused_because_people_would_count_twice(folder):
    add_key(folder, "pepper-2.key")
    with pytest.raises(KeysNotUsable, match="pepper"):
        Keys.load(folder)


def test_one_key_for_two_purposes_is_refused(folder):
    add_key(folder, "vault-2.key", (folder / "pepper-1.key").read_text())
    with pytest.raises(KeysNotUsable):
        Keys.load(folder)


@pytest.mark.parametrize("name", ["vault-.key", "vault-0.key", "vault-x.key", "vault-70000.key", "vault-²۳.key"])
def test_a_key_file_without_a_number_is_refused(folder, name):
    add_key(folder, name)
    with pytest.raises(KeysNotUsable):
        Keys.load(folder)


def test_e17_a_new_vault_key_writes_and_the_old_one_still_reads(folder):
    old = Keys.load(folder).encrypt("Ä", "here")
    add_key(folder, "vault-2.key")
    both = Keys.load(folder)
    new = both.encrypt("Ä", "here")
    assert both.decrypt(old, "here") == both.decrypt(new, "here") == "Ä"
    assert (int.from_bytes(old[:2]), int.from_bytes(new[:2])) == (1, 2)
    (folder / "vault-1.key").unlink()
    with pytest.raises(KeysNotUsable, match="vault-1"):
        Keys.load(folder).decrypt(old, "here")


# ---------------------------------------------------------------------------------------------- keeping


@given(ANY_TEXT, ANY_TEXT)
def test_what_is_encrypted_for_a_place_is_read_there(text, place):
    assert KEYS.decrypt(KEYS.encrypt(text, place), place) == text


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_what_is_encrypted_for_one_place_is_of_no_use_in_another(text, place, other):
    sealed = KEYS.encrypt(text, place)
    if place != other:
        with pytest.raises(KeysNotUsable):
            KEYS.decrypt(sealed, other)


def test_no_byte_of_a_ciphertext_can_be_changed():
    sealed = KEYS.encrypt("+4915112345678", "here")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(KeysNotUsable):
            KEYS.decrypt(changed, "here")


def test_the_same_text_never_looks_the_same():
    assert len({KEYS.encrypt("Ä", "here") for _ in range(1000)}) == 1000


# ---------------------------------------------------------------------------------------------- looking up


@given(st.lists(ANY_TEXT, min_size=3, max_size=3), st.lists(ANY_TEXT, min_size=3, max_size=3))
def test_two_voices_are_the_same_only_if_all_three_parts_are(one, other):
    assert (KEYS.voice_id(*one) == KEYS.voice_id(*other)) == (one == other)


def test_parts_cannot_be_shifted_into_each_other():
    parts = ["ab", "c", ""]
    ids = {KEYS.voice_id(*order) for order in itertools.permutations(parts)} | {KEYS.voice_id("a", "bc", "")}
    assert len(ids) == 7


def test_every_purpose_kind_and_town_has_hashes_of_its_own():
    value = "+4915112345678"
    hashes = {KEYS.keyed_hash(purpose, value) for purpose in ("code", "source")}
    hashes |= {KEYS.address_hash(town, Address(kind, value)) for town in ("a", "b") for kind in AddressKind}
    assert len(hashes) == 2 + 2 * len(AddressKind)
    assert Keys.of(bytes(range(1, 33)), bytes(range(32, 64))).keyed_hash("code", value) not in hashes


# ---------------------------------------------------------------------------------------------- chance


@given(st.integers(1, 30))
def test_digits_are_as_many_as_asked_for(count):
    digits = KEYS.digits(count)
    assert len(digits) == count
    assert digits.isascii()
    assert digits.isdigit()


def test_every_digit_is_as_likely_as_another():
    drawn = "".join(KEYS.digits(8) for _ in range(5000))
    assert {digit: abs(drawn.count(digit) - 4000) < 400 for digit in "0123456789"} == dict.fromkeys("0123456789", True)


def test_ids_are_128_random_bits():
    drawn = {KEYS.new_id() for _ in range(1000)}
    assert len(drawn) == 1000
    assert {len(bytes.fromhex(each)) for each in drawn} == {16}


# ---------------------------------------------------------------------------------------------- belonging together


def test_f4_a_database_is_not_opened_with_other_keys_than_it_was_written_with(sql_store):
    sql_store.refuse_other_keys()
    sql_store.refuse_other_keys()
    other = SqlStore(url_of(sql_store), Keys.of(bytes(range(1, 33)), bytes(range(32, 64))), factories.read_again)
    with pytest.raises(KeysNotUsable, match="Schlüsselordner"):
        other.refuse_other_keys()
    other.close()


def url_of(store):
    return store.database.engine.url.render_as_string(hide_password=False)
