#!/usr/bin/env bash
# Bring a running cluster to another version without dropping a class. Run it in the
# folder of docker-compose.yml, with FER_IMAGES and FER_VERSION set.
set -euo pipefail
cd "${FER_FOLDER:-/srv/classmood}"
: "${FER_VERSION:?name the version to bring up}"
export COMPOSE_PROFILES=large

docker compose pull --quiet web-1 inference
docker compose run --rm --no-deps migrate

# One after the other: the students of the one that stops go to the other by themselves.
for service in web-1 web-2 housekeeper beat; do
  docker compose up --detach --no-deps --wait --wait-timeout 120 "$service"
done

# Workers: the new ones first, then the old ones finish their batch and end.
wanted=$(docker compose config --format json | python3 -c \
  'import json, sys; print(json.load(sys.stdin)["services"]["inference"]["deploy"]["replicas"])')
old=$(docker compose ps --quiet inference)
docker compose up --detach --no-deps --no-recreate --wait --wait-timeout 120 \
  --scale inference=$((wanted * 2)) inference
for container in $old; do
  docker stop --time 15 "$container" >/dev/null
  docker rm "$container" >/dev/null
done
docker compose up --detach --no-deps --no-recreate --scale "inference=$wanted" inference
