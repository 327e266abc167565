# SPDX-License-Identifier: EUPL-1.2
# The image for the distributed set-up: installed by the same script as everywhere, run without rights.
FROM python:3.11-slim-trixie

WORKDIR /srv/mitwirkung
COPY script/install script/install
COPY requirements requirements
RUN script/install main scale

COPY . .
# The root file system is read-only at run time, so bytecode and catalogues are compiled now.
RUN .venv/bin/python -m compileall -q app channels core messenger sms storage voice web \
    && .venv/bin/python -c "from app.catalogues import read_phrases; read_phrases()" \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mitwirkung \
    && install -d -o mitwirkung -g mitwirkung -m 0700 /data /keys

ENV PATH="/srv/mitwirkung/.venv/bin:$PATH" \
    MITWIRKUNG_DIR=/data \
    MITWIRKUNG_KEYS_DIR=/keys
USER mitwirkung
EXPOSE 8000
# A worker that is asked to end while it still starts would wait for ever, hence the kill time-out (seconds).
CMD ["granian", "--interface", "wsgi", "--no-ws", "--factory", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--workers-kill-timeout", "5", "app.wsgi:application"]
