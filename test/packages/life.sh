# The life of a gateway's package, as root on a machine with systemd and without a network. Each step says what it saw.
set -eu
root=/sources
node=$root/node_modules/.bin/node
state=/var/lib/forecourt-agent/state
agent() { forecourt-agent "$@"; }
said() { echo "== $1: $2"; }
journal() { $node $root/test/packages/journal.ts "$@"; }
waits() { # what, seconds, command
  what=$1; seconds=$2; shift 2
  for _ in $(seq $((seconds * 5))); do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.2; done
  echo "not within $seconds s: $what"; systemctl --no-pager status forecourt-agent || true
  journalctl --no-pager -u forecourt-agent -u forecourt-collector -n 60 || true; exit 1
}

said interfaces "$(ls /sys/class/net | tr '\n' ' ')"
cp -r /shared/debs /tmp/debs
dpkg -i /tmp/debs/first/*.deb
said installed "$(dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev};' forecourt-agent forecourt-collector)"
said without-configuration "$(systemctl is-active forecourt-agent || true)"
said files "$(stat -c '%a %U:%G' /etc/forecourt/agent /var/lib/forecourt-agent /usr/lib/forecourt-agent/runtime/node | tr '\n' ' ')"

# Commissioning: keys, configuration, registry.
cd /tmp
$node $root/test/packages/gauge.ts & gauge=$!
install -m 0640 -g forecourt-collector /shared/collector.yaml /etc/forecourt/collector/collector.yaml
printf 'stations: []\n' > /etc/forecourt/collector/registry.yaml
key=$(forecourt-collector key --config /etc/forecourt/collector/collector.yaml)
sed "s|COLLECTOR_KEY|$key|" /shared/agent.yaml > /etc/forecourt/agent/agent.yaml
chown forecourt-agent:forecourt-agent /etc/forecourt/agent/agent.yaml
sed "s|GATEWAY_KEY|$(agent key)|" /shared/registry.yaml > /etc/forecourt/collector/registry.yaml
journal fill $state @RECORDS@
chown -R forecourt-agent:forecourt-agent /var/lib/forecourt-agent
systemctl enable --quiet --now forecourt-collector
systemctl enable --quiet --now forecourt-agent
said active "$(systemctl is-active forecourt-agent forecourt-collector | tr '\n' ' ')"
waits "the gauge is read and the collector has receipted all" 60 journal settled $state T1
said first "$(journal summary $state)"

# What the unit takes away.
pid=$(systemctl show -p MainPID --value forecourt-agent)
said process "$(grep -E '^(NoNewPrivs|Seccomp|CapEff|CapBnd):' /proc/$pid/status | tr -s '\t\n' ' ')"
said user "$(stat -c %U /proc/$pid) $(id -Gn forecourt-agent)"
said runtime "$(readlink /proc/$pid/exe)"
said memory "$(systemctl show -p MemoryMax --value forecourt-agent) $(grep VmRSS /proc/$pid/status | tr -s '\t ' ' ')"
inside() { nsenter --target $pid --mount -- setpriv --reuid forecourt-agent --regid forecourt-agent --init-groups -- "$@"; }
for place in /usr/lib/forecourt-agent /etc /etc/forecourt /var/lib /root /home; do
  inside touch $place/x 2>/dev/null && said writes "$place"
done
for place in $state /etc/forecourt/agent; do inside touch $place/x || said cannot-write "$place"; done
inside rm $state/x /etc/forecourt/agent/x
sudo_out=$(setpriv --reuid nobody --regid nogroup --clear-groups forecourt-agent check 2>&1 || true)
said stranger "$sudo_out"

# A kill, and a program that hangs.
kill -9 $pid
waits "systemd starts it again" 20 bash -c "systemctl is-active forecourt-agent && [ \$(systemctl show -p MainPID --value forecourt-agent) != $pid ]"
waits "the kill is recorded" 20 journal has $state outage
mkdir -p /etc/systemd/system/forecourt-agent.service.d
printf '[Service]\nWatchdogSec=3\n' > /etc/systemd/system/forecourt-agent.service.d/short.conf
systemctl daemon-reload; systemctl restart forecourt-agent
pid=$(systemctl show -p MainPID --value forecourt-agent)
kill -STOP $pid
waits "the watchdog ends a program that hangs" 30 bash -c "! kill -0 $pid"
waits "it is started again" 20 systemctl is-active forecourt-agent
rm -r /etc/systemd/system/forecourt-agent.service.d; systemctl daemon-reload

# Upgrade with everything in place.
before=$(journal head $state)
dpkg -i /tmp/debs/second/*.deb
waits "the new version runs" 30 systemctl is-active forecourt-agent
waits "it has recorded its start" 30 journal has $state "start @SECOND@"
said upgraded "$(dpkg-query -W -f '${Version}' forecourt-agent) from $before to $(journal head $state)"
said verify "$(agent verify)"
sleep 3
said check "$(agent check --json | tr -d '\n' || true)"

# Removed, installed again, purged.
systemctl stop forecourt-agent
kept=$(sha256sum $state/journal.db $state/gateway.key /etc/forecourt/agent/agent.yaml)
apt_removed=$(dpkg --remove forecourt-agent 2>&1)
said removed "$(dpkg-query -W -f '${db:Status-Abbrev}' forecourt-agent) $(systemctl is-active forecourt-agent || true) $(ls /usr/lib/forecourt-agent 2>/dev/null | wc -l)"
[ "$kept" = "$(sha256sum $state/journal.db $state/gateway.key /etc/forecourt/agent/agent.yaml)" ] && said kept "journal, key and configuration"
dpkg -i /tmp/debs/second/forecourt-agent*.deb
waits "it goes on" 30 systemctl is-active forecourt-agent
said again "$(agent verify)"
dpkg --purge forecourt-agent forecourt-collector
said purged "$(ls -d /var/lib/forecourt* /etc/forecourt* /usr/lib/forecourt* /var/cache/forecourt* 2>/dev/null | tr '\n' ' ')"
kill $gauge
