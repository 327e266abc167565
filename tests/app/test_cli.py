# SPDX-License-Identifier: EUPL-1.2
"""The command line: what is printed, what is done, and that whatever goes wrong is said in a plain German sentence."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import cli
from app.cli import NOT_CALLED_RIGHT, NOT_POSSIBLE, PLACES, main
from app.demonstration import MARK
from app.files import EXAMPLES
from app.inviting import WAYS
from app.wiring import Service
from core.call_backs import MINUTES
from tests.app.conftest import Say, number_of

BUS = EXAMPLES / "bus.toml"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `mitwirkung` with these words; gives exit code, output, errors."""
    monkeypatch.setenv("MITWIRKUNG_DIR", str(folder))
    for name in ("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def called(*arguments: str | Path, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main([str(each) for each in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


# ------------------------------------------------------------------------------------------------------- in words


def commands() -> list[list[str]]:
    """Every command and every command below one."""
    context = click.Context(cli.cli)
    found = []
    for name in PLACES:
        command = cli.cli.get_command(context, name)
        below = command.list_commands(context) if isinstance(command, click.Group) else []
        found += [[name, each] for each in below] or [[name]]
    return found


@pytest.mark.parametrize("command", [[], *commands()], ids=" ".join)
def test_every_command_explains_itself_in_german(command: list[str], run: Run) -> None:
    code, told, _ = run(*command, "--help")
    assert code == 0
    assert "Aufruf: mitwirkung" in told
    assert "Diese Hilfe zeigen." in told
    assert not [word for word in ("Usage", "Options:", "Commands:", "Show this") if word in told]


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (["nonsense"], NOT_CALLED_RIGHT, "Diesen Befehl gibt es nicht."),
        (["consultation", "nonsense"], NOT_CALLED_RIGHT, "Diesen Befehl gibt es nicht."),
        (["results"], NOT_CALLED_RIGHT, "Es fehlt: KENNWORT."),
        (["results", "BUS", "too", "much"], NOT_CALLED_RIGHT, "steht etwas zu viel"),
        (["results", "BUS", "--format", "xml"], NOT_CALLED_RIGHT, "Möglich sind: text, csv, json."),
        (["results", "BUS", "--town"], NOT_CALLED_RIGHT, "Hinter --town fehlt etwas."),
        (["demo", "--port", "many"], NOT_CALLED_RIGHT, "von 1 bis 65535"),
        (["demo", "--prot", "1"], NOT_CALLED_RIGHT, "Meinten Sie --port?"),
        (["consultation", "check", "nowhere.toml"], NOT_CALLED_RIGHT, "Die Datei nowhere.toml gibt es nicht"),
        (["consultation", "check", "/"], NOT_CALLED_RIGHT, "Die Datei / gibt es nicht"),
        (["results", "BUS"], NOT_POSSIBLE, "Noch ist keine Befragung geladen."),
        (["consultation", "open", "BUS"], NOT_POSSIBLE, "Noch ist keine Befragung geladen."),
        (["results", "BUS", "--town", "köln"], NOT_POSSIBLE, "--town bergheim"),
        (["results", "BUS", "--dir", "/proc/nothing"], NOT_POSSIBLE, "town.toml"),
        (["results", "BUS", "--dir", str(BUS)], NOT_POSSIBLE, "town.toml"),
        *[
            ([command, "--dir", folder], NOT_POSSIBLE, f"Der Ordner {folder} lässt sich nicht anlegen")
            for command in ("demo", "migrate")
            for folder in ("/proc/nix", "/proc", str(BUS), f"{BUS}/x")
            if (command, folder) != ("migrate", "/proc")
        ],
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else "",
)
def test_what_is_wrong_is_said_with_its_exit_code(call: list[str], code: int, said: str, run: Run) -> None:
    got, out, err = run(*call)
    assert (got, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_an_error_of_ours_is_named_by_its_kind_and_never_by_its_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("+4915112345678")

    monkeypatch.setattr("app.wiring.read_towns", fail)
    code, _, err = run("results", "BUS")
    assert code == NOT_POSSIBLE
    assert "ValueError" in err
    assert "4915112345678" not in err
    _, _, err = run("--debug", "results", "BUS")
    assert "Traceback" in err


# ------------------------------------------------------------------------------------------------------- consultations


def test_from_a_file_to_an_open_consultation_and_to_its_end(run: Run) -> None:
    assert "als Entwurf geladen" in run("consultation", "load", BUS)[1]
    assert "Entwurf" in run("consultation", "list")[1]
    assert "bleibt bei Fassung 1" in run("consultation", "load", BUS)[1]
    assert "ist offen bis 31.03.2027 18:00" in run("consultation", "open", "bus")[1]
    assert "offen" in run("consultation", "list")[1]
    assert run("consultation", "export", "BUS")[1] == BUS.read_text(encoding="utf-8")
    code, _, err = run("consultation", "close", "BUS", stdin="BAHN\n")
    assert code == NOT_POSSIBLE
    assert "Es ist nichts geschehen" in err
    assert "ist geschlossen" in run("consultation", "close", "BUS", stdin="bus\n")[1]
    assert "geschlossen" in run("consultation", "list")[1]
    assert "unverändert: 3 Einträge" in run("audit", "verify")[1]


def test_after_the_end_a_new_draft_hides_nothing_that_residents_have_answered(
    run: Run, service: Service, say: Say, tmp_path: Path
) -> None:
    for person in range(1, 8):
        say(number_of(person), "BUS")
        say(number_of(person), "1")
    run("consultation", "close", "BUS", "--really")
    again = tmp_path / "again.toml"
    again.write_text(BUS.read_text(encoding="utf-8").replace("Der Bus am Abend", "Der Abendbus"), encoding="utf-8")
    assert "als Entwurf" in run("consultation", "load", again)[1]
    assert "Teilgenommen: 7" in run("results", "BUS")[1]
    assert "Teilgenommen;7" in run("results", "BUS", "--format", "csv")[1]
    assert json.loads(run("results", "BUS", "--format", "json")[1])["participants"] == 7
    assert run("consultation", "export", "BUS")[1] == BUS.read_text(encoding="utf-8")
    assert "ist offen" in run("consultation", "open", "BUS")[1]
    assert "Teilgenommen: 0" in run("results", "BUS")[1]


def test_closing_asks_nothing_when_told_really(run: Run) -> None:
    run("consultation", "load", BUS)
    run("consultation", "open", "BUS")
    assert "ist geschlossen" in run("consultation", "close", "BUS", "--really")[1]


def test_all_faults_of_a_file_are_printed_at_once_with_their_lines(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    text = BUS.read_text(encoding="utf-8").replace('type = "scale"', 'type = "skala"').replace('"BUS"', '"b"')
    broken.write_text(text, encoding="utf-8")
    for command in ("check", "load"):
        code, _, err = run("consultation", command, broken)
        assert code == NOT_POSSIBLE
        assert len([line for line in err.splitlines() if line.startswith("broken.toml, Zeile")]) >= 2


def test_a_file_saved_by_windows_is_read_or_refused_with_what_to_do(run: Run, tmp_path: Path) -> None:
    text = BUS.read_text(encoding="utf-8").replace("\n", "\r\n")
    file = tmp_path / "windows.toml"
    file.write_bytes(text.encode("utf-8-sig"))
    assert run("consultation", "check", file)[0] == 0
    file.write_bytes(text.encode("cp1252", errors="ignore"))
    code, _, err = run("consultation", "check", file)
    assert code == NOT_POSSIBLE
    assert "UTF-8" in err


@pytest.mark.parametrize("example", ["bus.toml", "zukunft.toml"])
def test_checking_prints_what_each_language_costs(example: str, run: Run) -> None:
    code, told, _ = run("consultation", "check", EXAMPLES / example)
    assert code == 0
    for language in ("de", "de-simple", "en"):
        assert [line for line in told.splitlines() if line.startswith(f"{language}: ") and "je Teilnahme" in line]
    assert "Ende" in told
    assert "GSM-7" in told


LONG = "Bitte denken Sie dabei an alle Wege am Abend und in der Nacht. " * 6
LENGTHENED = {
    "de": 'text.de = "Soll der Bus',
    "en": 'text.en = "How satisfied',
    "de-simple": 'text.de-simple = "Wohin wollen',
}
"""Language → the question's text in it that is too long, the three questions in order."""


def longer(begin: str) -> str:
    return begin.replace(' = "', f' = "{LONG}', 1)


@pytest.fixture
def too_long(tmp_path: Path) -> Path:
    """The example, each question too long in another language; nobody is asked both the second and the third."""
    text = BUS.read_text(encoding="utf-8").replace('is = ["yes", "weekend"]', 'is = ["no"]')
    text = text.replace('type = "scale"', 'type = "scale"\nasked_if = { question = "late", is = ["yes"] }')
    for begin in LENGTHENED.values():
        text = text.replace(begin, longer(begin), 1)
    file = tmp_path / "long.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_question_of_more_than_two_text_messages_is_neither_fine_nor_opened(run: Run, too_long: Path) -> None:
    code, out, err = run("consultation", "check", too_long)
    assert (code, out) == (NOT_POSSIBLE, "")
    told = list(zip(err.splitlines(), range(1, 4), LENGTHENED, strict=True))
    assert all(f"questions[{place}].text.{language}: " in line for line, place, language in told)
    assert all(f"sms.{language} = " in line for line, _, language in told)
    assert run("consultation", "load", too_long)[0] == 0
    code, out, err = run("consultation", "open", "BUS")
    assert (code, out, len(err.splitlines())) == (NOT_POSSIBLE, "", 3)
    assert "Entwurf" in run("consultation", "list")[1]


def test_a_shorter_form_for_text_messages_makes_a_long_question_fit(run: Run, too_long: Path) -> None:
    text = too_long.read_text(encoding="utf-8")
    for language, begin in LENGTHENED.items():
        text = text.replace(longer(begin), f'sms.{language} = "Kurz?"\n{longer(begin)}', 1)
    too_long.write_text(text, encoding="utf-8")
    assert run("consultation", "check", too_long)[0] == 0


def test_what_is_open_takes_no_version_that_is_too_long(run: Run, tmp_path: Path) -> None:
    run("consultation", "load", BUS)
    run("consultation", "open", "BUS")
    file = tmp_path / "longer.toml"
    begin = LENGTHENED["de"]
    file.write_text(BUS.read_text("utf-8").replace(begin, longer(begin), 1), "utf-8")
    code, _, err = run("consultation", "load", file)
    assert code == NOT_POSSIBLE
    assert "questions[1].text.de" in err
    assert "Fassung 1" in run("consultation", "list")[1]


def test_without_a_town_the_length_is_measured_with_the_notice_of_the_example(
    run: Run, too_long: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITWIRKUNG_DIR", str(tmp_path / "nowhere"))
    alone = tmp_path / "alone" / "bus.toml"
    alone.parent.mkdir()
    shutil.copyfile(BUS, alone)
    code, told, _ = run("consultation", "check", alone)
    assert code == 0
    assert "Beispielstadt" in told
    shutil.copyfile(too_long, alone)
    assert run("consultation", "check", alone)[0] == NOT_POSSIBLE


def test_checking_says_which_level_cannot_be_opened_yet(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "later.toml"
    file.write_text(BUS.read_text(encoding="utf-8").replace('"L0"', '"L3"'), encoding="utf-8")
    code, told, _ = run("consultation", "check", file)
    assert code == 0
    assert "L3" in told


def test_where_there_are_several_towns_each_act_names_its_own(run: Run, folder: Path) -> None:
    town = (folder / "town.toml").read_text(encoding="utf-8")
    (folder / "towns").mkdir()
    (folder / "towns" / "other.toml").write_text(town.replace('key = "bergheim"', 'key = "anderswo"', 1), "utf-8")
    code, _, err = run("consultation", "load", BUS)
    assert code == NOT_POSSIBLE
    assert "--town anderswo oder bergheim" in err
    assert run("consultation", "load", BUS, "--town", "anderswo")[0] == 0
    assert "BUS" in run("consultation", "list", "--town", "anderswo")[1]
    assert "BUS" not in run("consultation", "list", "--town", "bergheim")[1]


# ------------------------------------------------------------------------------------------------------- results

SHAPE = {"consultation", "as_of", "final", "participants", "by_channel", "without_number", "questions", "note"}


def test_results_have_the_documented_shape_and_hide_small_groups(run: Run, service: Service, say: Say) -> None:
    for person in range(1, 8):
        say(number_of(person), "BUS")
        say(number_of(person), "1" if person < 7 else "2")
    told = json.loads(run("results", "BUS", "--format", "json")[1])
    assert set(told) == SHAPE
    assert (told["consultation"], told["final"], told["participants"]) == ("BUS", False, 7)
    late = told["questions"][0]
    assert [option["key"] for option in late["options"]] == ["yes", "no", "weekend"]
    assert late["answered"] == 7
    assert [option["count"] for option in late["options"]].count(None) >= 2
    text = run("results", "BUS")[1]
    assert "Teilgenommen: 7" in text
    table = run("results", "BUS", "--format", "csv")[1]
    assert table.startswith("\ufeffFrage;Antwort;Anzahl\r\n")
    assert "verdeckt" in table


def test_d18_no_cell_of_the_table_is_a_formula(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "formula.toml"
    text = BUS.read_text(encoding="utf-8").replace("Soll der Bus abends", "=HYPERLINK(Soll der Bus abends")
    file.write_text(text, encoding="utf-8")
    run("consultation", "load", file)
    table = run("results", "BUS", "--format", "csv")[1]
    assert "'=HYPERLINK" in table
    assert not [cell for row in table.splitlines() for cell in row.split(";") if cell.startswith(("=", "+", "-", "@"))]


# ------------------------------------------------------------------------------------------------------- invite


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """A list as a spreadsheet saves it: six lines, two of them good."""
    file = tmp_path / "liste.csv"
    lines = ["Name;Handy", "A;0151 23456789", "B;+49 151 23456789", "C;02271 890", "D;keine", "E;0160 1234567"]
    file.write_bytes("\ufeff".encode() + "\r\n".join(lines).encode())
    return file


@pytest.fixture
def invited(run: Run) -> Run:
    run("consultation", "load", BUS)
    run("consultation", "open", "BUS")
    return run


def test_without_really_everything_is_told_and_nothing_written(invited: Run, numbers: Path) -> None:
    code, told, _ = invited("invite", "BUS", numbers)
    assert code == 0
    assert "doppelt: Zeile 3 (wie 2)" in told
    assert "Festnetz" in told
    assert "Zeile 4" in told
    assert "keine Telefonnummer: Zeile 5" in told
    assert "2 Einladungen, 2 SMS, 16 Cent." in told
    assert "Es ist nichts verschickt." in told
    assert "2 Einträge" in invited("audit", "verify")[1]


@pytest.mark.parametrize("text", ["", "\ufeff\r\n;;\r\n", "Name;Handy\n"])
def test_an_empty_list_is_said_to_be_empty(text: str, invited: Run, tmp_path: Path) -> None:
    file = tmp_path / "leer.csv"
    file.write_text(text, encoding="utf-8")
    code, out, err = invited("invite", "BUS", file, "--really")
    assert (code, out) == (NOT_POSSIBLE, "")
    assert "Die Liste leer.csv ist leer." in err


def test_a_language_the_town_does_not_have_is_named_with_its_line(invited: Run, tmp_path: Path) -> None:
    file = tmp_path / "sprachen.csv"
    file.write_text("Handy;Sprache\n0151 23456789;kl\n0160 1234567;en\n", encoding="utf-8")
    code, told, _ = invited("invite", "BUS", file)
    assert code == 0
    assert "Die Sprache „kl“ hat die Stadt nicht; die Einladung kommt auf Deutsch: Zeile 2" in told
    assert "2 Einladungen" in told


@pytest.mark.parametrize("means", WAYS)
def test_e1_no_message_about_a_list_shows_a_number(means: str, invited: Run, numbers: Path) -> None:
    command = ("invite", "BUS", numbers, "--by", means)
    told = "".join(invited(*command)[1:] + invited(*command, "--really")[1:])
    assert not [number for number in ("23456789", "1234567", "890") if number in told.replace(" ", "")]


def test_with_really_each_number_is_queued_once(run: Run, numbers: Path, service: Service) -> None:
    assert "2 Einladungen liegen im Ausgang." in run("invite", "BUS", numbers, "--really")[1]
    told = run("invite", "BUS", numbers, "--really")[1]
    assert "2 sind schon eingeladen" in told
    assert "0 Einladungen liegen im Ausgang." in told
    assert service.parts.store.outbox.counts("bergheim") == {"queued": 2}


BUDGETS = {
    "sms": ("most_segments_per_day = 5000", "most_segments_per_day = 1", "1 SMS (most_segments_per_day"),
    "phone": ("most_minutes_per_day = 300", "most_minutes_per_day = 20", "20 Minuten (most_minutes_per_day"),
}


@pytest.mark.parametrize(("means", "budget"), BUDGETS.items())
def test_more_than_the_budget_of_the_day_is_refused_with_the_reason(
    means: str, budget: tuple[str, str, str], invited: Run, numbers: Path, folder: Path
) -> None:
    usual, small, said = budget
    town = folder / "town.toml"
    town.write_text(town.read_text(encoding="utf-8").replace(usual, small), encoding="utf-8")
    code, _, err = invited("invite", "BUS", numbers, "--by", means, "--really")
    assert code == NOT_POSSIBLE
    assert said in err
    assert "2 Einträge" in invited("audit", "verify")[1]


MEANS = {
    "sms": (
        "Festnetz, kann keine SMS empfangen; per Anruf einladen mit --by phone: Zeile 4",
        "2 Einladungen, 2 SMS, 16 Cent.",
    ),
    "phone": ("keine Telefonnummer: Zeile 5", "3 Einladungen, 3 Anrufe, 9 Minuten, 18 Cent."),
}


@pytest.mark.parametrize(("means", "said"), MEANS.items())
def test_each_means_says_whom_it_reaches_and_what_it_costs(
    means: str, said: tuple[str, str], invited: Run, numbers: Path
) -> None:
    code, told, _ = invited("invite", "BUS", numbers, "--by", means)
    assert code == 0
    assert [each for each in said if each not in told] == []
    assert ("Festnetz" in told) is (means == "sms")


def test_a_forecast_of_calls_says_what_is_assumed_and_how_a_call_begins(invited: Run, numbers: Path) -> None:
    told = invited("invite", "BUS", numbers, "--by", "phone")[1]
    assert "Angenommen sind 3 Minuten je Anruf" in told
    assert "So beginnt der Anruf (de):\nGuten Tag. Hier ist die Stadt Bergheim mit einer Umfrage." in told
    assert "Es wird niemand angerufen." in told
    assert "2 Einträge" in invited("audit", "verify")[1]


def test_a_call_waits_in_the_outbox_as_an_order_that_holds_its_minutes(
    run: Run, numbers: Path, service: Service
) -> None:
    told = run("invite", "BUS", numbers, "--by", "phone", "--really")[1]
    assert "3 Einladungen liegen im Ausgang." in told
    assert "Anrufe sind noch nicht eingerichtet" in told
    a_week_later = service.parts.clock.now() + timedelta(days=7)
    due = service.parts.store.outbox.claim_due("bergheim", "voice", a_week_later, 9)
    assert [(each.message.text, each.message.segments) for each in due] == [("invitation BUS", MINUTES)] * 3


@pytest.mark.parametrize(("first", "then", "more"), [("sms", "phone", 1), ("phone", "sms", 0)])
def test_nobody_is_invited_twice_by_whatever_means(
    first: str, then: str, more: int, run: Run, numbers: Path, service: Service
) -> None:
    run("invite", "BUS", numbers, "--by", first, "--really")
    told = run("invite", "BUS", numbers, "--by", then, "--really")[1]
    assert "2 sind schon eingeladen" in told
    assert f"{more} Einladungen liegen im Ausgang." in told
    assert service.parts.store.outbox.counts("bergheim") == {"queued": 3}


def test_a_means_that_there_is_not_is_answered_with_those_there_are(invited: Run, numbers: Path) -> None:
    code, _, err = invited("invite", "BUS", numbers, "--by", "fax")
    assert code == NOT_CALLED_RIGHT
    assert "Möglich sind: sms, phone." in err


def test_nobody_is_invited_to_a_draft(run: Run, numbers: Path) -> None:
    run("consultation", "load", BUS)
    code, _, err = run("invite", "BUS", numbers)
    assert code == NOT_POSSIBLE
    assert "consultation open BUS" in err


# ------------------------------------------------------------------------------------------------------- talk


def test_a_conversation_in_the_terminal_is_a_trial(invited: Run) -> None:
    code, told, _ = invited("talk", "BUS", stdin="1\n4\nNach Köln\n")
    assert code == 0
    assert "Soll der Bus abends" in told
    assert "Danke" in told
    assert json.loads(invited("results", "BUS", "--format", "json")[1])["participants"] == 0


def test_a_draft_can_be_tried_out_in_any_of_its_languages(run: Run) -> None:
    run("consultation", "load", BUS)
    assert "Should the bus" in run("talk", "BUS", "--language", "en", stdin="")[1]
    code, _, err = run("talk", "BUS", "--language", "tlh")
    assert code == NOT_POSSIBLE
    assert "de, de-simple, en" in err


# ------------------------------------------------------------------------------------------------------- understand


def understood(run: Run, question: str, *replies: str, file: Path = BUS) -> list[dict[str, object]]:
    lines = "".join(json.dumps(reply) + "\n" for reply in replies)
    code, told, err = run("understand", file, question, "--language", "de", stdin=lines)
    assert code == 0, err
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.parametrize(
    ("question", "reply", "expected"),
    [
        ("late", "die 2.", {"kind": "answer", "value": "no"}),
        ("late", "Ja bitte", {"kind": "answer", "value": "yes"}),
        ("late", "vielleicht", {"kind": "ask_again"}),
        ("late", "1 oder 2", {"kind": "ask_again"}),
        ("late", "STOPP", {"kind": "command", "value": "STOP"}),
        ("late", "Hilfe", {"kind": "command", "value": "HELP"}),
        ("late", "", {"kind": "ask_again"}),
        ("satisfied", "vier", {"kind": "answer", "value": 4}),
        ("satisfied", "9", {"kind": "ask_again"}),
        ("why", "Zur Haltestelle Stop und Hilfe", {"kind": "answer", "value": "Zur Haltestelle Stop und Hilfe"}),
        ("why", "Stop", {"kind": "command", "value": "STOP"}),
        ("why", "Hilfe", {"kind": "command", "value": "HELP"}),
    ],
)
def test_understand_shows_what_the_service_would_understand(
    question: str, reply: str, expected: dict[str, object], run: Run
) -> None:
    assert understood(run, question, reply) == [expected]


def test_understand_gives_a_list_where_several_may_be_chosen(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "several.toml"
    file.write_text(BUS.read_text(encoding="utf-8").replace('type = "choice"', 'type = "choice"\nat_most = 2'), "utf-8")
    assert understood(run, "late", "1 und 3", "2", file=file) == [
        {"kind": "answer", "value": ["yes", "weekend"]},
        {"kind": "answer", "value": ["no"]},
    ]


def test_understand_needs_no_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = tmp_path / "alone" / "later.toml"
    alone.parent.mkdir()
    alone.write_text(BUS.read_text(encoding="utf-8").replace('"L0"', '"L2"'), encoding="utf-8")
    monkeypatch.setenv("MITWIRKUNG_DIR", str(tmp_path / "nowhere"))
    assert understood(run, "late", "nein", file=alone) == [{"kind": "answer", "value": "no"}]
    assert not (tmp_path / "nowhere").exists()


def test_a_whole_label_beats_every_command_but_stop(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labels.toml"
    text = BUS.read_text(encoding="utf-8").replace('text.de = "Ja"', 'text.de = "Hilfe"')
    file.write_text(text.replace('text.de = "Nein"', 'text.de = "Stopp"'), encoding="utf-8")
    assert understood(run, "late", "hilfe", "Stopp", file=file) == [
        {"kind": "answer", "value": "yes"},
        {"kind": "command", "value": "STOP"},
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(replies=st.lists(st.text(max_size=60), min_size=1, max_size=20), question=st.sampled_from(["late", "why"]))
def test_a13_understand_answers_every_line_with_one_line(run: Run, replies: list[str], question: str) -> None:
    found = understood(run, question, *replies)
    assert len(found) == len(replies)
    assert {each["kind"] for each in found} <= {"answer", "ask_again", "command"}


def test_a_line_that_is_no_json_is_named(run: Run) -> None:
    code, out, err = run("understand", BUS, "late", stdin='"ja"\nja\n')
    assert code == NOT_POSSIBLE
    assert len(out.splitlines()) == 1
    assert "Zeile 2" in err


# ------------------------------------------------------------------------------------------------------- operation


def test_d28_the_folder_and_the_settings_of_a_demo_are_refused_in_real_use(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = run("serve")
    assert code == NOT_POSSIBLE
    assert "PUBLIC_URL" in err
    monkeypatch.setenv("PUBLIC_URL", "https://mitwirkung.bergheim.example")
    (folder / MARK).touch()
    for command in ("serve", "work"):
        code, _, err = run(command)
        assert code == NOT_POSSIBLE
        assert "Vorführung" in err
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "changeme")
    assert "TWILIO_AUTH_TOKEN" in run("serve")[2]


def test_a_demo_refuses_a_folder_in_real_use(run: Run) -> None:
    run("consultation", "load", BUS)
    code, _, err = run("demo", "--port", "1")
    assert code == NOT_POSSIBLE
    assert "echte Installation" in err


def test_the_doctor_names_what_is_missing_and_what_to_enter(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told, err = run("doctor")
    assert code == NOT_POSSIBLE
    assert "Fehler" in told
    assert "PUBLIC_URL fehlt" in told
    assert "1 Fehler" in err
    monkeypatch.setenv("PUBLIC_URL", "https://mitwirkung.bergheim.example")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0123456789abcdef-canary")
    code, told, _ = run("doctor")
    assert code == 0
    assert "https://mitwirkung.bergheim.example/sms/twilio#rc=3&rp=all" in told
    assert "canary" not in told


def test_the_doctor_names_keys_that_others_can_read(run: Run, folder: Path) -> None:
    run("doctor")
    (folder / "keys" / "pepper-1.key").chmod(0o644)
    code, _, err = run("doctor")
    assert code == NOT_POSSIBLE
    assert "chmod 600" in err


def test_a_database_of_another_version_is_refused_until_it_is_migrated(run: Run, folder: Path) -> None:
    assert "auf dem Stand" in run("migrate")[1]
    assert run("consultation", "list")[0] == 0
    shutil.copyfile(folder / "mitwirkung.db", folder / "kept.db")
    import sqlite3

    with sqlite3.connect(folder / "mitwirkung.db") as older:
        older.execute("UPDATE alembic_version SET version_num = '0000'")
    older.close()
    code, _, err = run("consultation", "list")
    assert code == NOT_POSSIBLE
    assert "mitwirkung migrate" in err
