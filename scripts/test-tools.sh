#!/usr/bin/env bash
# Installs the foreign tools that the tests use, from Debian's packages. Where that cannot be done it says so loudly,
# and the tests that need them skip with their reason.
set -euo pipefail

declare -A package=([chromium]=chromium [mosquitto_sub]=mosquitto-clients [mbpoll]=mbpoll [systemd-nspawn]=systemd-container [faketime]=faketime)
# Debian's critic of packages looks at them in the long campaigns only.
[ "${FORECOURT_SOAK:-}" != 1 ] || package[lintian]=lintian
# The broker itself: the clients alone do not bring it.
package[mosquitto]=mosquitto
package[softhsm2-util]=softhsm2
package[pkcs11-tool]=opensc
missing=()
for tool in "${!package[@]}"; do
  command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
done
# The page is in Chinese: without a font its screenshots show boxes.
if command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh)" ]; then :; else missing+=(fonts-wqy-microhei); fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
echo "Installing for the tests: ${missing[*]}"
if "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
  exit 0
fi
printf '\n!!! Not installed: %s. Tests that need them will be SKIPPED.\n!!! Install them by hand: apt-get install %s\n\n' "${missing[*]}" "${missing[*]}" >&2
