# syntax=docker/dockerfile:1
# Two stages: packages are built and the static files collected in the first; the second holds
# Debian's Pango, the environment and the code, and runs as an ordinary user.

FROM python:3.11-slim-bookworm AS build
ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock requirements-dev.lock ./
# uv's own line, with its hashes, comes from the development lock; it stays in this stage.
RUN awk '/^[^ ]/ { on = /^uv==/ } on' requirements-dev.lock > /tmp/uv.lock \
    && pip install --no-cache-dir --require-hashes --no-deps -r /tmp/uv.lock \
    && python -m venv /opt/venv \
    && uv pip sync --no-cache --compile-bytecode --require-hashes \
        --python /opt/venv/bin/python requirements.lock
COPY manage.py ./
COPY accounts accounts
COPY cessions cessions
COPY interventions interventions
COPY hosting hosting
COPY templates templates
COPY static static
COPY locale locale
# Collecting needs neither database nor broker; the values below are not kept.
RUN SECRET_KEY=only-while-building-the-static-files ALLOWED_HOSTS=localhost SITE_URL=https://build.invalid \
    /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm AS run
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PRIVATE_FILES_ROOT=/data/private XDG_CACHE_HOME=/tmp
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin easyhoster \
    && install -d -o easyhoster -g easyhoster -m 0700 /data /data/private
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER easyhoster
VOLUME /data
EXPOSE 8000
# The control socket would want a home; the heartbeat file wants memory, not a disk.
CMD ["gunicorn", "hosting.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "16", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
