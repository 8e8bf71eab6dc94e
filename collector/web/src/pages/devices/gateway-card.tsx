/**
 * A gateway with everything that tells how it fares: program and configuration with their approval, backlog, certificate,
 * power, clock, disk, and the devices on its lines.
 */
import type { DeviceView, GatewayView } from "../../../../api/device-schemas.ts";
import { formatCount, formatScaled } from "../../format/number.ts";
import { formatPercent, formatTemperature, MISSING } from "../../format/quantity.ts";
import { formatDateTime, formatDuration } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Mark, StationStateMark, type Tone } from "../../parts/marks.tsx";
import { troublesOf } from "./troubles.ts";

const LINKS: Record<DeviceView["link"], { tone: Tone; icon: IconName }> = {
  up: { tone: "good", icon: "link" },
  down: { tone: "bad", icon: "unlinked" },
  unknown: { tone: "quiet", icon: "ring" },
};

/** @param nowMs epoch ms: a certificate that ends soon is told */
export function GatewayCard({ gateway, nowMs }: { gateway: GatewayView; nowMs: number }) {
  const { t } = useSpeech();
  return (
    <article className="gateway-card" data-testid={`gateway-${gateway.gateway}`}>
      <div className="gateway-head">
        <h3 className="code">{gateway.gateway}</h3>
        <StationStateMark state={gateway.state} />
      </div>
      <Troubles gateway={gateway} nowMs={nowMs} />
      <Facts className="facts-two" facts={useProgram(gateway)} />
      <Health health={gateway.health} />
      {gateway.devices.length > 0 && (
        <ul className="device-list" aria-label={t("devices.devices")}>
          {gateway.devices.map((device) => (
            <Device key={device.device} device={device} />
          ))}
        </ul>
      )}
    </article>
  );
}

/** What needs a look, in words. */
export function Troubles({ gateway, nowMs }: { gateway: GatewayView; nowMs: number }) {
  const { t } = useSpeech();
  const troubles = troublesOf(gateway, nowMs);
  if (troubles.length === 0) return null;
  return (
    <ul className="troubles">
      {troubles.map(({ kind, tone }) => (
        <li key={kind}>
          <Mark tone={tone} icon={tone === "bad" ? "octagon" : "triangle"}>
            {t(`trouble.${kind}`)}
          </Mark>
        </li>
      ))}
    </ul>
  );
}

function useProgram(gateway: GatewayView) {
  const { t } = useSpeech();
  const { version, versionApprovedBy, configSha256, configApprovedBy, configSince } = gateway;
  const approved = (by: string | null) => (by === null ? t("devices.notApproved") : t("devices.approvedBy", { by }));
  return [
    { key: "heard", label: t("gateway.lastHeard"), value: formatDateTime(gateway.lastHeardAt) },
    {
      key: "backlog",
      label: t("gateway.unacknowledged"),
      value: gateway.unacknowledged === null ? MISSING : formatCount(gateway.unacknowledged),
    },
    {
      key: "version",
      label: t("gateway.version"),
      value: version === null ? MISSING : `${version} · ${approved(versionApprovedBy)}`,
    },
    {
      key: "config",
      label: t("devices.configuration"),
      value: configSha256 === null ? MISSING : `${configSha256.slice(0, 12)} · ${approved(configApprovedBy)}`,
    },
    { key: "since", label: t("devices.configSince"), value: formatDateTime(configSince) },
    {
      key: "certificate",
      label: t("devices.certificate"),
      value: gateway.certificateUntil === null ? t("devices.noCertificate") : formatDateTime(gateway.certificateUntil),
    },
  ];
}

function Health({ health }: { health: GatewayView["health"] }) {
  const { t, language } = useSpeech();
  if (health === null) return <p className="faint">{t("devices.noHealth")}</p>;
  const word = (group: string, name: string) => phraseFor(language, group, name) ?? name;
  const size = (kb: number | null) => (kb === null ? MISSING : `${formatScaled(Math.round(kb / 1024), 0)} MB`);
  const battery = health.batteryPercent === null ? "" : ` · ${formatPercent(health.batteryPercent)}`;
  const offset = health.clockOffsetMs === null ? "" : ` · ${formatDuration(health.clockOffsetMs, language)}`;
  const facts = [
    { key: "mains", label: t("devices.mains"), value: `${word("mains", health.mains)}${battery}` },
    { key: "cabinet", label: t("devices.cabinet"), value: word("cabinet", health.cabinet) },
    { key: "clock", label: t("devices.clock"), value: `${word("clockSource", health.clockSource)}${offset}` },
    {
      key: "disk",
      label: t("devices.disk"),
      value: `${word("diskState", health.diskState)} · ${size(health.diskFreeKb)}`,
    },
    { key: "memory", label: t("devices.memory"), value: size(health.memoryFreeKb) },
    { key: "warmth", label: t("devices.warmth"), value: formatTemperature(health.temperatureMc) },
  ];
  return (
    <>
      <Facts className="facts-two gateway-health" facts={facts} />
      <p className="faint gateway-at">{t("devices.healthAt", { time: formatDateTime(health.at) })}</p>
    </>
  );
}

function Device({
  device: { device, kind, link, linkSince, linkReason, model, serial, software },
}: {
  device: DeviceView;
}) {
  const { t } = useSpeech();
  const about = [model, serial, software].filter((one) => one !== null && one !== "");
  return (
    <li data-testid={`device-${device}`}>
      <span>
        <b className="code">{device}</b> <small>{t(`deviceKind.${kind}`)}</small>
      </span>
      <Mark {...LINKS[link]}>{t(`link.${link}`)}</Mark>
      <small>
        {about.length > 0 && <span className="code">{about.join(" · ")} </span>}
        {link === "down" && linkSince !== null && t("link.since", { time: formatDateTime(linkSince) })}
        {link === "down" && linkReason !== null && ` · ${linkReason}`}
      </small>
    </li>
  );
}
