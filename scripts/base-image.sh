#!/bin/sh
# Makes sure that the image debian:bookworm-slim exists, the base of every image in fixtures/containers.
# In this order: it is there already; `docker pull`; debootstrap and `docker import`.
#
# The last way serves machines that reach a Debian mirror but no image registry. It takes mirror, keyring
# and proxy from this machine's apt configuration, and puts them into the image too, since `apt-get` has
# to work there as it works here.
#
# PULL_TIMEOUT: seconds that `docker pull` may take, default 60.
# Exit status: 0 the image exists, 1 it does not.
set -eu

image=debian:bookworm-slim
suite=bookworm
pull_timeout=${PULL_TIMEOUT:-60}

say() { echo "base-image: $*"; }
die() { echo "base-image: error: $*" >&2; exit 1; }

# limited SECONDS COMMAND...: not every system has timeout.
limited() {
	if command -v timeout >/dev/null 2>&1; then
		timeout "$@"
	else
		shift
		"$@"
	fi
}

command -v docker >/dev/null 2>&1 || die "no docker command: install a container engine, then run this again"
limited 20 docker info >/dev/null 2>&1 || die "no container engine answers: start it (scripts/engine.sh does, where dockerd is installed)"

if docker image inspect "$image" >/dev/null 2>&1; then
	say "$image is there"
	exit 0
fi

say "pulling $image (at most $pull_timeout s)"
if reason=$(limited "$pull_timeout" docker pull -q "$image" 2>&1); then
	say "pulled $image"
	exit 0
fi
say "could not pull it: ${reason:-no answer in $pull_timeout s}"

[ "$(id -u)" = 0 ] || die "$image can be made with debootstrap, but only by root: run 'sudo $0', or load the image with 'docker load'"
if ! command -v debootstrap >/dev/null 2>&1; then
	command -v apt-get >/dev/null 2>&1 || die "debootstrap is not installed: install it with this system's package manager, or load $image with 'docker load'"
	say "installing debootstrap"
	{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends debootstrap; } >/dev/null ||
		die "apt-get could not install debootstrap: install it by hand, or load $image with 'docker load'"
fi

# What apt uses, as apt itself understands it, so that neither source format is parsed here. Only repositories whose
# Release file calls itself Debian's: a third party may name its suites alike.
debian_sources() {
	command -v apt-get >/dev/null 2>&1 || return 0
	apt-get indextargets --format '$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(SIGNED_BY)' 'Created-By: Packages' 2>/dev/null |
		awk -F'|' '$1 == "Debian" && $3 == "main" && $4 ~ /^https?:/ { sub(/\/$/, "", $4); print $2 "|" $4 "|" ($5 ~ /^\// ? $5 : "") }' | sort -u
}
sources=$(debian_sources)
if [ -z "$sources" ] && command -v apt-get >/dev/null 2>&1; then
	say "reading the package lists"
	apt-get -qq update >/dev/null 2>&1 || true
	sources=$(debian_sources)
fi
ours=$(printf '%s\n' "$sources" | grep -E "^$suite(-updates|-security)?\|" || true)
# A mirror of another Debian release carries this one as well.
chosen=$(printf '%s\n' "$ours" "$sources" | grep -E '^[a-z]+\|' | awk -F'|' -v s="$suite" '$1 == s { print; found = 1; exit } !first { first = $0 } END { if (!found) print first }')
mirror=$(printf '%s' "$chosen" | cut -d'|' -f2)
keyring=$(printf '%s' "$chosen" | cut -d'|' -f3)

# apt's proxies are for apt alone; debootstrap's downloader looks at the environment.
if command -v apt-config >/dev/null 2>&1; then
	eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
	if [ "${http_proxy:-}" = DIRECT ]; then unset http_proxy; else export http_proxy="${http_proxy:-}"; fi
	if [ "${https_proxy:-}" = DIRECT ]; then unset https_proxy; else export https_proxy="${https_proxy:-}"; fi
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/base-image.XXXXXX")
root=$work/root
clean() {
	for mount in proc sys dev/pts dev; do
		umount "$root/$mount" 2>/dev/null || true
	done
	rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$work"

set -- --variant=minbase
case $mirror in https:*) set -- "$@" --include=ca-certificates ;; esac
[ -z "$keyring" ] || set -- "$@" "--keyring=$keyring"
say "making $suite with debootstrap (about a minute)"
if ! debootstrap "$@" "$suite" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1; then
	tail -n 15 "$work/log" >&2
	die "debootstrap failed: check that the Debian mirror of this machine answers ('apt-get update')"
fi

say "carrying over the apt configuration of this machine"
if [ -n "$mirror" ]; then
	printf '%s\n' "${ours:-$suite|$mirror|$keyring}" | while IFS='|' read -r release uri key; do
		[ -z "$key" ] || install -D -m 644 "$key" "$root$key"
		echo "deb ${key:+[signed-by=$key] }$uri $release main"
	done >"$root/etc/apt/sources.list"
fi
if command -v apt-config >/dev/null 2>&1; then
	# How to reach a mirror, and no more: the rest is about this machine.
	apt-config dump | grep -iE '^Acquire::(https?::|Retries |ForceIPv[46] |Check-)' | grep -viE 'Auto-Detect|SslCert|SslKey' >"$root/etc/apt/apt.conf.d/90host" || true
	ca_info=
	eval "$(apt-config shell ca_info Acquire::https::CaInfo)"
	if [ -f "$ca_info" ]; then install -D -m 644 "$ca_info" "$root$ca_info"; fi
fi
for file in /etc/apt/trusted.gpg.d/*; do
	if [ -f "$file" ] && [ ! -e "$root$file" ]; then install -D -m 644 "$file" "$root$file"; fi
done
case $mirror in https:*) install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt" ;; esac

# As in the published image: no service starts at installation, no documentation, no package cache.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cat >"$root/etc/dpkg/dpkg.cfg.d/docker" <<'END'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
END
cat >"$root/etc/apt/apt.conf.d/docker-clean" <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
find "$root/usr/share/doc" "$root/usr/share/info" "$root/usr/share/locale" "$root/usr/share/man" -type f ! -name copyright -delete 2>/dev/null || true
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"

say "importing it as $image"
tar -C "$root" --numeric-owner --one-file-system -cf - . |
	docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c 'CMD ["bash"]' \
		-m 'debootstrap --variant=minbase' - "$image" >/dev/null
docker image inspect "$image" >/dev/null 2>&1 || die "docker import left no $image"
say "$image is there"
