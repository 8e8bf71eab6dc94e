# The life of a gateway's package, as root on a machine with systemd and without a network. Each step says what it saw.
set -eu
root=/sources
node=$root/node_modules/.bin/node
state=/var/lib/forecourt-agent/state
agent() { forecourt-agent "$@"; }
ask() { $node $root/test/packages/ask.ts "$@"; }
provision() { $node $root/provisioning/main.ts "$@"; }
box=http://127.0.0.1:8088 api=http://127.0.0.1:8080/api/v1
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
page() { ask GET $box/ | grep -q '^200 <!doctype'; }
waits "a fresh box serves its page" 30 page
said no-pin "$(ask POST $box/api/session '{"pin":"12345678"}')"
pin=$(agent pin)
said pin "$(echo "$pin" | wc -c) $(ask POST $box/api/session "{\"pin\":\"$pin\"}") $(stat -c '%a %U' $state/pin.json)"
said box-memory "$(grep VmRSS /proc/$(systemctl show -p MainPID --value forecourt-agent)/status | tr -s '\t ' ' ')"
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
systemctl restart forecourt-agent
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

# A signed update over the air, under the unit's restrictions.
echo a-passphrase-for-tests-only > /tmp/passphrase
provision update-authority init --dir /tmp/authority --passphrase-file /tmp/passphrase >/dev/null
install -m 0644 /tmp/authority/update-authority.pub /etc/forecourt/update-authority.pub
bundles=/var/lib/forecourt-collector/bundles
provision bundle make --deb /tmp/debs/second/forecourt-agent_@SECOND@_amd64.deb --dir /tmp/authority \
  --out $bundles --passphrase-file /tmp/passphrase --level 1 >/dev/null
chown -R forecourt-collector $bundles
systemctl restart forecourt-agent
started=$(journal starts $state @SECOND@)
token=a-token-for-commands-only
update='{"gateway":"gw-530000-0001","command":{"name":"update","version":"@SECOND@","from":"'$api'/bundles","allowOlder":false,"trialMs":60000}}'
issued=$(ask POST $api/commands "$update" $token)
command=$(echo "$issued" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
ended() { ask GET $api/commands/$command "" $token | grep -E '"state":"(done|failed|refused|rolled-back)"'; }
waits "the update ends ($issued)" 120 ended
said updated "$(ended | sed -n 's/.*"state":"\([^"]*\)".*/\1/p') $(readlink /var/lib/forecourt-agent/update/current) $(dpkg-query -W -f '${Version}' forecourt-agent)"
said updated-starts "$started $(journal starts $state @SECOND@)"
waits "the updated box serves its page" 20 page
said command-in-force "$(agent --version)"

# Upgrade with everything in place.
before=$(journal head $state)
started=$(journal starts $state @SECOND@)
dpkg -i /tmp/debs/second/*.deb
waits "the new version runs" 30 systemctl is-active forecourt-agent
more() { [ "$(journal starts $state @SECOND@)" -gt $started ]; }
waits "it has recorded its start" 30 more
said upgraded "$(dpkg-query -W -f '${Version}' forecourt-agent) from $before to $(journal head $state)"
said slot "$(readlink /var/lib/forecourt-agent/update/current || echo none)"
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
