#!/bin/sh
# Starts a container engine if one is installed (dockerd) and none answers, and waits until it does.
#
# ENGINE_TIMEOUT: seconds to wait for its first answer, default 60.
# Exit status: 0 an engine answers, 1 none does.
set -eu

timeout_s=${ENGINE_TIMEOUT:-60}

say() { echo "engine: $*"; }
# Not every system has timeout.
answers() { $(command -v timeout >/dev/null 2>&1 && echo timeout 10) docker info >/dev/null 2>&1; }

if ! command -v docker >/dev/null 2>&1; then
	say "no docker command is installed"
	exit 1
fi
if answers; then
	say "a container engine answers"
	exit 0
fi
case ${DOCKER_HOST:-unix://} in
unix://*) ;;
*)
	say "none answers at DOCKER_HOST ($DOCKER_HOST), and it is not a socket of this machine: start it there, or unset DOCKER_HOST"
	exit 1
	;;
esac
if ! command -v dockerd >/dev/null 2>&1; then
	say "none answers, and dockerd is not installed"
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	say "none answers, and dockerd must be started by root: 'sudo $0', or 'systemctl start docker'"
	exit 1
fi

log=$(mktemp "${TMPDIR:-/tmp}/dockerd.XXXXXX.log")
say "starting dockerd, log in $log"
# Its own session and no terminal: it outlives the caller's shell and job control.
setsid dockerd ${DOCKER_HOST:+-H "$DOCKER_HOST"} </dev/null >"$log" 2>&1 &
pid=$!

deadline=$(($(date +%s) + timeout_s))
while ! answers; do
	if ! kill -0 "$pid" 2>/dev/null; then
		# Another process may have started the engine in the same moment.
		answers && break
		tail -n 10 "$log" >&2
		say "dockerd ended before it answered"
		exit 1
	fi
	if [ "$(date +%s)" -ge "$deadline" ]; then
		tail -n 10 "$log" >&2
		kill "$pid" 2>/dev/null || true
		say "dockerd did not answer in $timeout_s s"
		exit 1
	fi
	sleep 0.2
done
say "dockerd answers (process $pid)"
