#!/bin/sh
# Runs a task of build.ps1, after installing what the task needs: ./build.sh Help lists the tasks.
set -eu
cd "$(dirname "$0")"

task=${1:-Help}

# What each task needs: a Debian package, and how to see that it (or another package in its place) is there.
# A word is a command; a path is a file.
base_needs='
clang               clang
libc6-dev           /usr/include/stdlib.h
zlib1g-dev          /usr/include/zlib.h
'
engine_needs='
podman              podman
uidmap              newuidmap
runc                runc
netavark            /usr/lib/podman/netavark
aardvark-dns        /usr/lib/podman/aardvark-dns
slirp4netns         slirp4netns
fuse-overlayfs      fuse-overlayfs
busybox-static      busybox
bash                bash
ca-certificates     /etc/ssl/certs
'
test_needs='
docker.io           dockerd
crun                crun
iptables            iptables
docker-registry     docker-registry
apache2-utils       htpasswd
skopeo              skopeo
openssh-server      /usr/sbin/sshd
util-linux          setpriv
passwd              useradd
'
matrix_needs='
debootstrap         debootstrap
'

case $(printf %s "$task" | tr '[:upper:]' '[:lower:]') in
    help | clean | docs | package) needs= ;;
    build | lifecycle) needs=$base_needs ;;
    demo) needs=$base_needs$engine_needs ;;
    testmatrix) needs=$base_needs$engine_needs$test_needs$matrix_needs ;;
    *) needs=$base_needs$engine_needs$test_needs ;;
esac

present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
    esac
}

missing=$(printf %s "$needs" | while read -r package evidence; do
    [ -z "$package" ] || present "$evidence" || printf ' %s' "$package"
done)

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "build.sh: $task needs these Debian packages, or what your distribution has in their place:$missing" >&2
        exit 1
    elif [ "$(id -u)" -ne 0 ]; then
        echo "build.sh: $task needs more packages; as root: apt-get install$missing" >&2
        exit 1
    fi
    echo "build.sh: installing with apt:$missing"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # What podman recommends differs between distributions and is what makes it work without root; the others need no company.
    # shellcheck disable=SC2086 # one word a package
    if ! {
        apt-get update -q &&
        case "$missing " in *' podman '*) apt-get install -y -q podman ;; esac &&
        apt-get install -y -q --no-install-recommends $missing
    } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "build.sh: apt could not install them; the whole log is in $log" >&2
        exit 1
    fi
    rm -f "$log"
fi

if ! command -v dotnet >/dev/null 2>&1; then
    echo 'build.sh: the .NET SDK 10 is needed; https://dotnet.microsoft.com/download says how to install it.' >&2
    exit 1
fi

if command -v pwsh >/dev/null 2>&1; then
    exec pwsh -NoProfile -NonInteractive -File build.ps1 "$@"
fi

# PowerShell is a tool of the repository: .config/dotnet-tools.json.
if dotnet tool restore >/dev/null 2>&1; then
    exec dotnet pwsh -NoProfile -NonInteractive -File build.ps1 "$@"
fi

# It is not to be had: the repository has a host for its own scripts.
host=out/pshost/pshost
if [ ! -x "$host" ] || [ -n "$(find src/Buildpacks.Host Directory.Build.props Directory.Packages.props \
        \( -name bin -o -name obj \) -prune -o -type f -newer "$host.dll" -print -quit)" ]; then
    echo 'build.sh: there is no pwsh here, nor can it be restored, so the scripts run in pshost; building it'
    if ! output=$(dotnet publish src/Buildpacks.Host -c Release -o out/pshost --nologo -v quiet 2>&1); then
        printf '%s\n' "$output" >&2
        exit 1
    fi
    touch "$host.dll"
fi
exec "$host" build.ps1 "$@"
