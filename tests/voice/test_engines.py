# SPDX-License-Identifier: EUPL-1.2
"""Whoever speaks, it sounds the same on the telephone; and who cannot speak says why."""

from __future__ import annotations

import csv
import io
import json
import wave
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.people import Pace
from voice.engines.contract import SpeechNotPossible
from voice.engines.espeak import RATES, SLOWEST_RATE, Espeak, rate_of
from voice.engines.google import Google
from voice.engines.piper import Piper
from voice.engines.recorded import COLUMNS, MANIFEST, Recorded, file_name
from voice.engines.sound import EDGE_SECONDS, LOUDEST, LOUDNESS, for_telephone, limited, loudness_of
from voice.engines.speaking import speakable
from voice.engines.worker import answer, clip_name, engines_of, work
from voice.tones import SAMPLES_A_SECOND, silence

SAY = partial(speakable, keywords=("BUS",))
LANGUAGES = ["de", "de-simple", "en", "tr", "ru", "uk", "pl", "ar"]
SPOKEN = {
    "de": "Soll der Bus abends bis 23 Uhr fahren?", "de-simple": "Soll der Bus am Abend länger fahren?",
    "en": "Should the bus run until 11 pm?", "tr": "Otobüs akşamları çalışsın mı?", "ru": "Нужен ли вечером автобус?",
    "uk": "Чи потрібен увечері автобус?", "pl": "Czy autobus ma jeździć wieczorem?", "ar": "هل تعمل الحافلة مساءً؟",
}  # fmt: skip


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    """One for all: its state belongs to the process."""
    return Espeak(SAY)


def samples_of(file: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(file)) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (SAMPLES_A_SECOND, 2, 1)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32767


def wave_of(samples: np.ndarray, rate: int = SAMPLES_A_SECOND, channels: int = 1) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return written.getvalue()


def tone(seconds: float, rate: int = SAMPLES_A_SECOND, loud: float = 0.1, hertz: float = 440) -> np.ndarray:
    return loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


# ------------------------------------------------------------------------------------------------------ one sound


def assert_for_a_telephone(sound: bytes) -> None:
    """Format, loudness, peak and edges as promised."""
    samples = samples_of(sound)
    assert np.abs(samples).max() <= LOUDEST + 1e-3
    assert loudness_of(samples) == pytest.approx(LOUDNESS, abs=1.0)
    edge = round(EDGE_SECONDS * SAMPLES_A_SECOND)
    for quiet in (samples[: edge // 2], samples[-edge // 2 :]):
        assert np.abs(quiet).max() < 0.02
    for speech in (samples[edge // 2 : 2 * edge], samples[-2 * edge : -edge // 2]):
        assert np.abs(speech).max() > 0.001


@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_sounds_alike_at_every_pace(espeak, language, pace):
    assert_for_a_telephone(for_telephone(espeak.make(SPOKEN[language], language, pace)))


@pytest.mark.parametrize("text", ["Ja", "2", "die Eins.", "a", "Für"])
def test_a_short_text_is_as_loud_as_a_long_one(espeak, text):
    assert_for_a_telephone(for_telephone(espeak.make(text, "de", Pace.NORMAL)))


@pytest.mark.parametrize(("rate", "loud"), [(8000, 0.001), (8000, 1.0), (44100, 0.5), (22050, 0.01), (48000, 0.1)])
def test_whatever_comes_is_brought_to_one_loudness_and_length(rate, loud):
    quiet = np.zeros(rate)
    sound = for_telephone(wave_of(np.concatenate((quiet, tone(1.0, rate, loud), quiet)), rate))
    assert len(samples_of(sound)) == pytest.approx((1.0 + 2 * EDGE_SECONDS) * SAMPLES_A_SECOND, rel=0.02)
    assert loudness_of(samples_of(sound)) == pytest.approx(LOUDNESS, abs=0.5)


def test_two_channels_become_one():
    both = np.repeat(tone(0.6, 44100), 2)
    assert loudness_of(samples_of(for_telephone(wave_of(both, 44100, channels=2)))) == pytest.approx(LOUDNESS, abs=1.0)


def test_what_a_telephone_cannot_carry_does_not_come_back_as_another_tone():
    with_hiss = tone(1.0, 48000, 0.1, 1000) + tone(1.0, 48000, 0.1, 7000)
    spectrum = np.abs(np.fft.rfft(samples_of(for_telephone(wave_of(with_hiss, 48000)))[800:8000]))
    meant = range(880, 920)  # 1000 Hz in 7200 samples at 8000 a second; 7000 Hz would fold back onto 1000 Hz too
    assert np.delete(spectrum, meant).max() < spectrum[meant.start : meant.stop].max() / 100


def test_the_limiter_leaves_what_is_quiet_and_holds_what_is_loud():
    quiet = tone(0.5)
    assert limited(quiet) is quiet
    peaks = tone(0.5, loud=0.3)
    peaks[1000], peaks[3000] = 2.0, -3.0
    held = limited(peaks)
    assert np.abs(held).max() <= LOUDEST + 1e-9
    assert np.allclose(held[1500:2500], peaks[1500:2500])


@given(st.lists(st.floats(-4, 4, allow_subnormal=False), min_size=100, max_size=400))
@settings(deadline=None, max_examples=60)
def test_no_sample_ever_passes_the_limiter(samples):
    assert np.abs(limited(np.array(samples))).max() <= LOUDEST + 1e-9


@pytest.mark.parametrize("file", [b"", b"RIFF", b"no sound at all", silence(500), bytes(2000), b"\xff\xfb" * 100])
def test_what_is_no_sound_is_named_so(file):
    with pytest.raises(SpeechNotPossible):
        for_telephone(file)


# ------------------------------------------------------------------------------------------------------ espeak-ng


@pytest.mark.parametrize("language", LANGUAGES)
def test_slow_is_slower_and_fast_is_faster(espeak, language):
    lengths = [len(espeak.make(SPOKEN[language] * 2, language, pace)) for pace in (Pace.SLOW, Pace.NORMAL, Pace.FAST)]
    assert lengths[0] > lengths[1] > lengths[2]


def test_the_rates_are_those_that_were_measured():
    assert {language: rate_of(language, Pace.NORMAL) for language in RATES} == RATES
    assert rate_of("de-simple", Pace.NORMAL) == RATES["de"]
    assert rate_of("ru", Pace.SLOW) >= SLOWEST_RATE


def test_two_of_them_in_one_process_do_not_speak_for_each_other(espeak):
    other = Espeak(SAY)
    short, long = "Ja", "Nur am Wochenende, bitte."
    alternating = [len(each.make(text, "de", Pace.NORMAL)) for each, text in ((other, short), (espeak, long)) * 2]
    assert alternating == pytest.approx([alternating[0], alternating[1]] * 2, rel=0.05)
    assert alternating[1] > 2 * alternating[0]


def test_a_language_without_a_voice_is_named(espeak):
    with pytest.raises(SpeechNotPossible, match="xx"):
        espeak.make("Ja", "xx", Pace.NORMAL)


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=60)
def test_any_text_is_spoken_or_refused(espeak, text):
    with suppress(SpeechNotPossible):
        assert samples_of(for_telephone(espeak.make(text, "de", Pace.NORMAL))).size


# ------------------------------------------------------------------------------------------------------ the others


def recordings(folder: Path, *rows: tuple[str, str, str, bytes]) -> Recorded:
    with (folder / MANIFEST).open("w", encoding="utf-8-sig", newline="") as written:
        table = csv.writer(written, delimiter=";")
        table.writerow(COLUMNS)
        table.writerows(row[:3] for row in rows)
    for name, _, _, sound in rows:
        if sound:
            (folder / name).write_bytes(sound)
    return Recorded(folder)


def test_a_recorded_voice_says_what_was_recorded_and_nothing_else(tmp_path):
    recorded = recordings(tmp_path, ("a.wav", "de", "Ja.", wave_of(tone(0.4))), ("b.wav", "de", "Nein", b""))
    assert recorded.make("ja", "de-simple", Pace.SLOW) == (tmp_path / "a.wav").read_bytes()
    for text, language in (("Nein", "de"), ("Ja", "en"), ("Vielleicht", "de")):
        with pytest.raises(SpeechNotPossible):
            recorded.recipe(text, language, Pace.NORMAL)


def test_a_recording_made_anew_is_another_clip(tmp_path):
    before = recordings(tmp_path, ("a.wav", "de", "Ja", wave_of(tone(0.4)))).recipe("Ja", "de", Pace.NORMAL)
    after = recordings(tmp_path, ("a.wav", "de", "Ja", wave_of(tone(0.5)))).recipe("Ja", "de", Pace.NORMAL)
    assert before != after


def test_a_manifest_never_leads_out_of_its_folder(tmp_path):
    inside = tmp_path / "voice"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    with pytest.raises(SpeechNotPossible):
        recordings(inside, ("../secret", "de", "Ja", b"")).make("Ja", "de", Pace.NORMAL)


@pytest.mark.parametrize(
    "manifest", [b"", b"file\n", b"text;language\nJa;de\n", b";;\n;;;;\n", b"\xef\xbb\xbffile;language;text\n"]
)
def test_a_manifest_without_use_is_an_empty_one(tmp_path, manifest):
    (tmp_path / MANIFEST).write_bytes(manifest)
    assert not Recorded(tmp_path).speaks("de")


def test_the_same_sentence_has_one_file_name():
    assert file_name("Ja.", "de") == file_name("ja", "de") != file_name("Ja", "en")


def test_google_says_that_it_is_not_reached():
    """The network is cut off in every test."""
    google = Google(SAY)
    assert google.speaks("de-simple")
    assert not google.speaks("xx")
    with pytest.raises(SpeechNotPossible, match="antwortet nicht"):
        google.make("Ja", "de", Pace.NORMAL)


def test_piper_says_what_is_missing(tmp_path):
    model = tmp_path / "de.onnx"
    with pytest.raises(SpeechNotPossible, match="kein Modell"):
        Piper(SAY, {}).make("Ja", "de", Pace.NORMAL)
    with pytest.raises(SpeechNotPossible, match="gibt es nicht"):
        Piper(SAY, {"de": model}).make("Ja", "de", Pace.NORMAL)
    model.write_bytes(b"no model")
    with pytest.raises(SpeechNotPossible, match=r"pip install piper-tts|kein Modell für Piper"):
        Piper(SAY, {"de": model}).make("Ja", "de-simple", Pace.NORMAL)


# ------------------------------------------------------------------------------------------------------ speaking

AS_SPOKEN = [
    ("de", "z. B. am Markt", "zum Beispiel am Markt"),
    ("de", "z.B. am Markt", "zum Beispiel am Markt"),
    ("de", "Nr. 3", "Nummer 3"),
    ("de", "Art. 6 Abs. 1 lit. e DSGVO", "Artikel 6 Absatz 1 Buchstabe e DSGVO"),
    ("de", "bis 23 Uhr", "bis 23 Uhr"),
    ("de", "um 8:00 Uhr", "um 8 Uhr"),
    ("de", "um 8:30 Uhr", "um 8 Uhr 30"),
    ("de-simple", "Jede Stimme zählt 1 Mal.", "Jede Stimme zählt einmal."),
    ("de", "am 31. März 2027", "am einunddreißigsten März 2027"),
    ("de", "am 1. Mai", "am ersten Mai"),
    ("de", "Antwort 4. Weiter", "Antwort 4. Weiter"),
    ("de", "Straße 9-11", "Straße 9 bis 11"),
    ("de", "Die Umfrage BUS", "Die Umfrage Bus"),
    ("de", "per SMS", "per SMS"),
    ("de", "2 2 7 1", "2, 2, 7, 1"),
    ("de", "0 2 2 7 1, 8 9, 0", "0, 2, 2, 7, 1, 8, 9, 0"),
    ("de", "+49 2271 89-0", "0, 2, 2, 7, 1, 8, 9, 0"),
    ("de", "Linie 975", "Linie 975"),
    ("de", "3,4 von 5", "3,4 von 5"),
    ("de", "Bergheim-Mitte", "Bergheim-Mitte"),
    ("en", "until 11 pm?", "until 11 pm?"),
    ("en", "No. 3, e.g. here", "number 3, for example here"),
    ("en", "on 31 March 2027", "on 31st of March 2027"),
    ("en", "on 12 May", "on 12th of May"),
    ("en", "8-12", "8 to 12"),
    ("pl", "Nr. 3", "Nr. 3"),
]


@pytest.mark.parametrize(("language", "written", "spoken"), AS_SPOKEN)
def test_a_text_is_spoken_as_people_say_it(language, written, spoken):
    assert SAY(written, language) == spoken


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_can_be_made_ready_to_be_spoken(text, language):
    spoken = SAY(text, language)
    assert all(each.isprintable() for each in spoken)


# ------------------------------------------------------------------------------------------------------ the worker


def fields(folder: Path, *engines: str, **more: object) -> dict[str, object]:
    return {"folder": str(folder), "engines": list(engines), "recordings": str(folder), "piper_models": {},
            "keywords": ["BUS"], **more}  # fmt: skip


def job(text: str, language: str = "de") -> dict[str, str]:
    return {"text": text, "language": language, "pace": "normal"}


def test_the_first_engine_that_can_speaks(tmp_path):
    recordings(tmp_path, ("a.wav", "de", "Ja", wave_of(tone(0.4))))
    engines = engines_of(fields(tmp_path, "recorded", "piper", "espeak"))
    assert answer(job("Ja"), engines, tmp_path)["by"] == "recorded"
    assert answer(job("Nein"), engines, tmp_path)["by"] == "espeak"


def test_where_nobody_can_speak_each_says_why(tmp_path):
    why = answer(job("Ja", "xx"), engines_of(fields(tmp_path, "recorded", "piper", "espeak")), tmp_path)["why"]
    assert [part.partition(":")[0] for part in str(why).split("; ")] == ["recorded", "piper", "espeak"]
    assert answer(job("Ja"), (), tmp_path)["why"]


def test_a_clip_that_is_there_is_not_made_again(tmp_path):
    engines = engines_of(fields(tmp_path, "espeak"))
    first, second = answer(job("Ja"), engines, tmp_path), answer(job("Ja"), engines, tmp_path)
    assert (first["made"], second["made"]) == (True, False)
    assert first["clip"] == second["clip"]
    assert [file.name for file in tmp_path.iterdir()] == [first["clip"]]


def test_each_text_voice_and_pace_has_a_clip_of_its_own(espeak):
    recipes = {
        espeak.recipe(text, language, pace) for text in ("Ja", "Nein") for language in ("de", "en") for pace in Pace
    }
    assert len({clip_name(each) for each in recipes}) == 12
    assert clip_name(espeak.recipe("Ja", "de", Pace.SLOW)) == clip_name(espeak.recipe("Ja", "de-simple", Pace.SLOW))


def test_it_reads_lines_and_answers_with_lines(tmp_path):
    lines = [fields(tmp_path, "espeak"), job("Ja"), job("Ja", "xx"), job("Für Ältere")]
    answers = io.StringIO()
    work(io.StringIO("".join(json.dumps(each) + "\n" for each in lines)), answers)
    told = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert ["clip" in each for each in told] == [True, False, True]
