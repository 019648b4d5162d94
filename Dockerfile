# Two stages: the first builds and installs, the second serves, without compiler and pip, as a user without privileges.
# The model is part of the package. Build: docker build -t rung . Run: docker run --rm -p 127.0.0.1:8000:8000 -v ./keys:/run/keys:ro rung
# One process a container; docs/deploy/compose.yaml runs several behind nginx.
# Both bases are tags. To pin one by digest: --build-arg IMAGE=python:3.11-slim-bookworm@sha256:…
ARG BUILD_IMAGE=python:3.11-bookworm
ARG IMAGE=python:3.11-slim-bookworm
FROM ${BUILD_IMAGE} AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/rung
COPY requirements.lock ./
# Only wheels, only with the hashes of the lock: no downloaded code runs during the installation.
RUN /opt/rung/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY requirements-build.lock ./
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE NOTICE hatch_build.py ./
COPY service ./service
COPY models ./models
RUN /opt/build/bin/python -m hatchling build -t wheel -d /dist \
    && /opt/rung/bin/pip install --no-deps --no-index /dist/*.whl \
    && /opt/rung/bin/python -m compileall -q /opt/rung/lib \
    && /opt/rung/bin/python -P -c "import rung.kernel._kernel" \
    && /opt/rung/bin/rung classify "Group PM" --json >/dev/null

FROM ${IMAGE}

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin rung
COPY --from=build /opt/rung /opt/rung
ENV PATH=/opt/rung/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUNG_HOST=0.0.0.0 \
    RUNG_API_KEYS_FILE=/run/keys/api-keys
USER 10001:10001
EXPOSE 8000
# Without a file of keys the container does not start. Name another with RUNG_API_KEYS_FILE, or pass --insecure behind a proxy.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["rung", "serve"]
