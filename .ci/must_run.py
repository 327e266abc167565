# SPDX-License-Identifier: EUPL-1.2
"""A pytest plugin: the run fails if a real part (a marker named by `--must-run`) was skipped or never ran."""

from __future__ import annotations

from collections import defaultdict

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--must-run=MARKER`, any number of times."""
    parser.addoption(
        "--must-run", action="append", default=[], metavar="MARKER", help="fail if such a test was skipped"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run."""
    config.pluginmanager.register(RealParts(config.getoption("--must-run")))


class RealParts:
    """How the tests of each real part ended."""

    def __init__(self, markers: list[str]) -> None:
        self.markers = markers
        self.outcomes: defaultdict[str, set[str]] = defaultdict(set)
        self.marked: dict[str, list[str]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Remember which tests need which real part."""
        self.marked = {item.nodeid: [name for name in self.markers if item.get_closest_marker(name)] for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what became of a test."""
        if report.when == "call" or report.skipped:
            for marker in self.marked.get(report.nodeid, ()):
                self.outcomes[marker].add(report.outcome)

    def faults(self) -> list[str]:
        """What was missing, a sentence each."""
        never = [f"no test of the real part {name!r} ran" for name in self.markers if not self.outcomes[name]]
        skipped = [
            f"a test of the real part {name!r} was skipped" for name in self.markers if "skipped" in self.outcomes[name]
        ]
        return never + skipped

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a run that looks green red."""
        if self.faults():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say so above the closing line."""
        for fault in self.faults():
            terminalreporter.write_line(f"FAILED: {fault}", red=True)
