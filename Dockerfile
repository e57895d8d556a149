# Stenobot on a CPU: bot, HTTP API and worker are one image, which benchmark adds to; Dockerfile.cuda adds what a GPU needs.
#   docker build -t stenobot .
# pip of a network with an index of its own: --secret id=pip,src=/etc/pip.conf (nothing of it stays in the image).
ARG BASE_IMAGE=docker.io/library/debian:bookworm-slim

FROM ${BASE_IMAGE} AS system
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates ffmpeg python3 \
    && rm -rf /var/lib/apt/lists/*

# The locked packages, hashes checked.
FROM system AS packages
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
WORKDIR /opt/stenobot
COPY scripts/setup.sh scripts/
COPY requirements requirements
RUN --mount=type=secret,id=pip,target=/etc/pip.conf scripts/setup.sh runtime traces

# The model that is in the image, so that no start waits for a download; empty: none, for a volume that has its own.
FROM packages AS model
ARG MODEL=base
COPY pyproject.toml config.py run_bot.py ./
COPY runtime runtime
COPY transcription transcription
RUN --mount=type=secret,id=pip,target=/etc/pip.conf mkdir /models \
    && if [ -n "$MODEL" ]; then DATA_DIR=/tmp/data MODELS_DIR=/models scripts/setup.sh "model=$MODEL"; fi \
    && rm -rf /models/.[!.]*

FROM packages AS benchmark-packages
RUN --mount=type=secret,id=pip,target=/etc/pip.conf scripts/setup.sh bench

FROM system AS stenobot
ARG UID=10001
RUN groupadd --gid "$UID" stenobot \
    && useradd --uid "$UID" --gid "$UID" --no-create-home --home-dir /data --shell /usr/sbin/nologin stenobot \
    && install -d -o stenobot -g stenobot -m 0700 /data /var/lib/telegram-bot-api
WORKDIR /opt/stenobot
COPY --from=packages /opt/stenobot/.venv .venv
COPY --from=model --chown=$UID:$UID /models /models
COPY . .
RUN .venv/bin/python -m compileall -q -x '[.]venv' .
ENV PATH=/opt/stenobot/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    MODELS_DIR=/models \
    XDG_CACHE_HOME=/models/.cache
USER $UID:$UID
VOLUME ["/data", "/models"]
# Running notes get ten seconds, as after any SIGTERM.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "scripts/healthcheck.py"]
ENTRYPOINT ["python", "run_bot.py"]
CMD ["--require-token"]

FROM stenobot AS benchmark
COPY --from=benchmark-packages /opt/stenobot/.venv .venv
ENV MPLCONFIGDIR=/tmp
HEALTHCHECK NONE
ENTRYPOINT ["python", "-m", "benchmarks", "--model", "/models/base"]
CMD []

# What is built where no target is named.
FROM stenobot
