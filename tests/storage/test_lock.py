# SPDX-License-Identifier: EUPL-1.2
"""One service per data folder, and a lock that no crash leaves behind."""

import subprocess
import sys
import threading
import time

import pytest

from core.errors import FolderInUse
from storage.lock import hold_folder

HOLDS = (
    "import sys, pathlib; from storage.lock import hold_folder\n"
    "with hold_folder(pathlib.Path(sys.argv[1]), tried_for=0): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def other_service(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def take(folder, tried_for=0.0):
    with hold_folder(folder, tried_for=tried_for):
        pass


def test_f5_a_second_service_on_one_folder_is_refused(tmp_path, other_service):
    with pytest.raises(FolderInUse, match=str(tmp_path)):
        take(tmp_path)


def test_f5_a_service_that_was_killed_leaves_no_lock(tmp_path, other_service):
    other_service.kill()
    other_service.wait()
    take(tmp_path)


def test_a_service_waits_for_the_one_before_it_to_end(tmp_path, other_service):
    threading.Timer(0.2, other_service.stdin.close).start()
    began = time.monotonic()
    take(tmp_path, tried_for=5)
    assert 0.1 < time.monotonic() - began < 5


def test_a_folder_can_be_held_again_and_others_beside_it(tmp_path):
    (tmp_path / "other").mkdir()
    for _ in range(2):
        with hold_folder(tmp_path):
            take(tmp_path / "other")
