# SPDX-License-Identifier: EUPL-1.2
"""Prepared sound over HTTP, for a provider's player and for the page.

A clip is named by what it says, so it may be kept for ever. A caller's own recording is found by its random id alone,
which only her call knows; it is given out on the day of the call, and never kept on the way.
"""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask, Response

from app.hearing import shelf_in
from app.wiring import Service
from voice.clips import RECORDING_PATH, SILENCES, SOUND_PATH, silence

CLIP = re.compile(r"(?:[0-9a-f]{32}|[a-z]+(?:-\d+)?)\.wav", re.ASCII)
WAV = "audio/wav"
FOR_EVER = "public, max-age=31536000, immutable"
LONGEST_CALL = timedelta(hours=2)
"""A recording can be heard by its id on the day of its call: TwiML with that id stays in a provider's log."""


def add_sounds(app: Flask, service: Service) -> None:
    """The two addresses under which sound is fetched."""
    folder = shelf_in(service.settings.folder).folder

    def sound(clip: str) -> Response:
        if not CLIP.fullmatch(clip) or not (folder / clip).is_file():
            return Response("", 404)
        return Response((folder / clip).read_bytes(), content_type=WAV, headers={"Cache-Control": FOR_EVER})

    def recording(recording_id: str) -> Response:
        wav = _spoken(recording_id, service) or (folder / silence(SILENCES[0])).read_bytes()
        return Response(wav, content_type=WAV, headers={"Cache-Control": "no-store"})

    app.add_url_rule(f"{SOUND_PATH}<clip>", "sound", sound, methods=["GET"])
    app.add_url_rule(f"{RECORDING_PATH}<recording_id>", "recording", recording, methods=["GET"])


def _spoken(recording_id: str, service: Service) -> bytes | None:
    """The recording of that id, where it is with us already and young enough to belong to a call."""
    since = (service.parts.clock.now() - LONGEST_CALL).date()
    for town in service.parts.towns.by_key:
        wav = service.parts.store.recordings.audio(town, recording_id, since)
        if wav is not None:
            return wav
    return None
