#!/bin/sh
# Installs redis-server on Debian and Ubuntu, as root, and leaves no service running that was not running before:
# the package starts one on port 6379 and enables it for every boot, and all that is wanted is the program.
#
#   install-with-apt.sh [POLICY_FILE]      the file that tells Debian's packages whether they may start services
set -eu

policy=${1:-/usr/sbin/policy-rc.d}
made_policy=no

remove_policy() {
  if [ "$made_policy" = yes ]; then rm -f "$policy"; fi
}
trap remove_policy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

has_systemd() { command -v systemctl >/dev/null 2>&1; }
is_running() { has_systemd && systemctl is-active --quiet redis-server >/dev/null 2>&1; }
is_enabled() { has_systemd && systemctl is-enabled --quiet redis-server >/dev/null 2>&1; }

was_running=no
was_enabled=no
if is_running; then was_running=yes; fi
if is_enabled; then was_enabled=yes; fi

# An administrator's own policy stays as it is.
if [ ! -e "$policy" ]; then
  made_policy=yes
  printf '#!/bin/sh\n# Made by Redoubt while it installs redis-server; removed afterwards.\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

apt-get update --quiet=2 || echo 'apt-get update failed; trying with the package lists that are there.' >&2
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
  -o DPkg::Lock::Timeout=300 redis-server

if [ "$was_running" = no ] && is_running; then systemctl stop redis-server; fi
if [ "$was_enabled" = no ] && is_enabled; then systemctl disable --quiet redis-server; fi
