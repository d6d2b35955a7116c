# Three images: `web` (pages, sockets, house-keeping; no model library) and `worker`
# (reads frames; no database driver, no templates) for a cluster, and `single`, which is
# all of it in one process. Bundling is the same for every processor, so it is done once.

FROM --platform=$BUILDPLATFORM node:22-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY LICENSES LICENSES
COPY templates templates
COPY static static
COPY inference/artefacts inference/artefacts
RUN npm run build

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/srv FER_VAR=/var/lib/classmood
WORKDIR /srv
COPY requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && useradd --system --uid 10001 --no-create-home classmood \
 && install -d -o classmood -m 700 /var/lib/classmood
COPY pyproject.toml requirements.lock ./

FROM base AS web
# Outside the folder of data: a volume keeps the files of the version that filled it.
ENV FER_STATIC_ROOT=/srv/static/collected
RUN uv pip install --system --no-cache --require-hashes -c requirements.lock -r pyproject.toml \
    --extra web --extra saml --extra cluster
COPY manage.py ./
COPY fer_platform fer_platform
COPY sessions_app sessions_app
COPY inference inference
COPY templates templates
COPY locale locale
COPY docs docs
RUN python -m fer_platform.texts compile
COPY --from=front-end /build/static/dist static/dist
# The key serves this step alone; the real one comes as a secret.
RUN FER_SECRET_KEY=for-collecting-static-files-and-for-nothing-else \
    FER_EMOTION_INFERENCE=off DJANGO_SETTINGS_MODULE=fer_platform.settings.production \
    python manage.py collectstatic --no-input --verbosity 0
USER classmood
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--bind", "0.0.0.0", "--port", "8000", "--behind-proxy"]

FROM base AS worker
RUN uv pip install --system --no-cache --require-hashes -c requirements.lock -r pyproject.toml \
    --extra inference --extra cluster --extra worker
COPY fer_platform fer_platform
COPY inference inference
COPY --from=front-end /build/build/models build/models
COPY --from=front-end /build/static/dist/notices.txt build/models/
USER classmood
CMD ["celery", "-A", "fer_platform", "worker", "-Q", "inference", "-c", "1", "-n", "inference@%h", "--without-gossip", "--without-mingle", "--without-heartbeat"]

# `docker run -p 8000:8000 -v classmood:/var/lib/classmood IMAGE` is a trial on this machine
# alone: no HTTPS, and no cameras until somebody has decided on them.
FROM web AS single
USER root
RUN uv pip install --system --no-cache --require-hashes -c requirements.lock -r pyproject.toml \
    --extra web --extra cluster --extra saml --extra inference
COPY --from=front-end /build/build/models build/models
COPY --from=front-end /build/static/dist/notices.txt build/models/
ENV DJANGO_SETTINGS_MODULE=fer_platform.settings.production \
    FER_SECRET_KEY_FILE=/var/lib/classmood/secret_key FER_EMOTION_INFERENCE=off FER_HTTPS=off
USER classmood
CMD ["python", "-m", "fer_platform.single", "--bind", "0.0.0.0", "--port", "8000"]
