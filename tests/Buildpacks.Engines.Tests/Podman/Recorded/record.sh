#!/bin/bash
# Records what a podman answers, as test data for the parsers: record.sh FOLDER [podman]
# Needs an empty store of its own (CONTAINERS_STORAGE_CONF) and /bin/busybox. Run it as root.
set -u
folder=$1
podman=${2:-podman}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder" "$scratch/bin" "$scratch/empty"
cp /bin/busybox "$scratch/bin/sh"
tar -C "$scratch" --owner=0 --group=0 -cf "$scratch/layer.tar" bin

run() { "$podman" --log-level=error "$@"; }
# The names of this machine and of the scratch folder are nobody's business.
mask() { sed -E "s#$scratch#/scratch#g; s#\"hostname\": \"[^\"]*\"#\"hostname\": \"recorder\"#; s#(\"kernel\": )\"[^\"]*\"#\1\"6.1.0\"#"; }
answer() { local name=$1; shift; run "$@" 2>/dev/null | mask >"$folder/$name.json"; }
failure() { local words; words=$(run "$@" 2>&1 >/dev/null </dev/null); printf '$ podman %s\n%s\n(exit code %s)\n' "$*" "$words" "$?" | mask >>"$folder/failures.txt"; }

: >"$folder/failures.txt"
run import -c 'ENV PATH=/bin' -c 'LABEL one=1' -c 'ENTRYPOINT ["sh", "-c"]' -c 'CMD ["exit 3"]' -c 'USER 1000:1000' -c 'WORKDIR /bin' \
  -c 'EXPOSE 8080' -c 'VOLUME /data' "$scratch/layer.tar" docker.io/library/full:1 >/dev/null 2>&1
run tag docker.io/library/full:1 localhost/full:two
run import "$scratch/layer.tar" registry.example:5000/team/bare:1 >/dev/null 2>&1
id=$(run import "$scratch/layer.tar" 2>/dev/null)

answer version version --format=json
answer info info --format=json
answer images image ls --format=json --no-trunc
answer images-none image ls --format=json --filter=label=nobody
answer inspect image inspect -- docker.io/library/full:1 missing registry.example:5000/team/bare:1 "${id#sha256:}"
answer inspect-none image inspect -- missing
answer history image history --format=json --no-trunc -- docker.io/library/full:1

run volume create --label a=b labelled >/dev/null
run volume create plain >/dev/null
answer volumes volume ls --format=json

run create --pull=never --network=none --name=waiting --label=session=1 --volume=plain:/data -- docker.io/library/full:1 >/dev/null 2>&1
run create --pull=never --network=none --name=ended --entrypoint='["/bin/sh","-c"]' -- docker.io/library/full:1 'exit 3' >/dev/null 2>&1
run start --attach ended
run create --pull=never --network=none --name=running --user=0 -- docker.io/library/full:1 'while :; do read x </dev/full; done' >/dev/null 2>&1
run start running >/dev/null
run create --pull=never --network=none --name=unstartable --entrypoint='["/no/such/program"]' -- docker.io/library/full:1 >/dev/null 2>&1
answer containers ps --all --no-trunc --format=json
answer containers-none ps --all --format=json --filter=label=nobody
answer container-waiting container inspect -- waiting
answer container-ended container inspect -- ended
answer container-running container inspect -- running

failure image inspect -- missing docker.io/library/full:1 other
failure image inspect -- -x
failure image history -- missing
failure image tag -- missing x
failure image tag -- docker.io/library/full:1 'Not A Name'
failure image rm -- missing
failure image rm -- docker.io/library/missing:1
failure image rm -- "$(run image inspect --format '{{.Id}}' docker.io/library/full:1)"

run untag localhost/full:two localhost/full:two
failure image rm -- docker.io/library/full:1
failure image save -- missing
failure image load
failure image pull --tls-verify=false -- 127.0.0.1:1/missing:1
failure volume create -- plain
failure volume create -- -x
failure volume rm -- missing
failure volume rm -- plain
failure create --pull=never --name=waiting -- docker.io/library/full:1
failure create --pull=never --name=-x -- docker.io/library/full:1
failure create --pull=never -- missing
failure create --pull=never --mount=type=bind,source=/no/such/folder,target=/x -- docker.io/library/full:1
failure create --pull=never --network=missing -- docker.io/library/full:1
failure container inspect -- missing
failure start -- missing
failure start --attach -- missing
failure attach -- ended
failure start -- unstartable
failure start --attach -- unstartable
answer container-unstartable container inspect -- unstartable
failure wait -- missing
failure rm -- missing
failure rm --force -- missing
failure rm -- running
failure cp -- missing:/x -
failure cp -- ended:/no/such/file -
failure cp -- - missing:/x
failure cp -- - ended:/no/such/folder
failure --url=unix:///nowhere/podman.sock version
failure --connection=missing version
failure frobnicate
failure version --frobnicate

run rm --all --force --time=0 >/dev/null
run volume rm plain labelled >/dev/null
run image rm --all --force >/dev/null 2>&1
