#!/usr/bin/env bash
# Installs the Debian packages that building, testing and the demo need, if any is missing.
#
# PostgreSQL and PgBouncer are wanted for private servers (servers/README.md) only: installing them
# makes no cluster and starts no service, and leaves alone what is there already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

missing=()
for package in libsqlite3-dev zlib1g-dev wrk openssl pgbouncer; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
# Whichever version is there, from Debian or elsewhere.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

echo "Debian packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
# A machine that has just started may be installing something by itself.
apt_get() {
  "$here/retry.sh" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}
install_quietly() { apt_get install -y --no-install-recommends "$@"; }

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
undo=()
restore() {
  for step in "${undo[@]}"; do "${as_root[@]}" bash -c "$step"; done
}
trap restore EXIT

# Packages ask this program whether they may start their services; 101 says no.
forbid_services() {
  if [ -e "$policy" ]; then return; fi
  undo+=("rm -f $policy")
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
}

# The last line of the file wins; the file is as before when the server is installed.
forbid_clusters() {
  install_quietly postgresql-common
  undo+=("mv -f $clusters.before-molt $clusters")
  "${as_root[@]}" cp -p "$clusters" "$clusters.before-molt"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee -a "$clusters" >/dev/null
}

apt_get update
forbid_services
if [[ " ${missing[*]} " == *" postgresql "* ]]; then forbid_clusters; fi
install_quietly "${missing[@]}"
# Nor at the next start of the machine; PostgreSQL's own service has no cluster to start.
if [[ " ${missing[*]} " == *" pgbouncer "* ]]; then
  "${as_root[@]}" update-rc.d pgbouncer disable >/dev/null
fi
