/**
 * A dispenser as a block: what its tax port says of itself, whether it answers, and each nozzle with its display.
 */
import type { Dispenser } from "../../../../api/schemas.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Mark, type Tone } from "../../parts/marks.tsx";
import { NozzleTile } from "./nozzle-tile.tsx";

const LINKS: Record<Dispenser["link"]["state"], { tone: Tone; icon: IconName }> = {
  up: { tone: "good", icon: "link" },
  down: { tone: "bad", icon: "unlinked" },
  unknown: { tone: "quiet", icon: "ring" },
};

export function DispenserBlock({ dispenser }: { dispenser: Dispenser }) {
  const { t } = useSpeech();
  const { device, link, nozzles } = dispenser;
  return (
    <article className={`dispenser dispenser-${link.state}`} data-testid={`dispenser-${device}`}>
      <header className="dispenser-head">
        <h3>
          {t("dispenser.name")} <span className="code">{device}</span>
        </h3>
        <div className="dispenser-link">
          <Mark {...LINKS[link.state]}>{t(`link.${link.state}`)}</Mark>
          {link.state === "down" && link.since !== null && (
            <small>{t("link.since", { time: formatDateTime(link.since) })}</small>
          )}
        </div>
      </header>
      {link.state === "down" && link.reason !== null && <p className="dispenser-reason">{link.reason}</p>}
      <div className="nozzles">
        {nozzles.map((nozzle) => (
          <NozzleTile key={nozzle.nozzle} nozzle={nozzle} />
        ))}
      </div>
      <Identity identity={dispenser.identity} />
    </article>
  );
}

function Identity({ identity }: { identity: Dispenser["identity"] }) {
  const { t } = useSpeech();
  if (identity === null) return <p className="identity faint">{t("dispenser.noIdentity")}</p>;
  const parts = [
    { label: t("dispenser.factorySerial"), value: identity.factorySerial },
    { label: t("dispenser.taxpayerId"), value: identity.taxpayerId },
    { label: t("dispenser.oilCode"), value: identity.oilCode },
    { label: t("dispenser.initialised"), value: t(identity.initialised ? "common.yes" : "common.no") },
    { label: t("dispenser.identityAt"), value: formatDateTime(identity.at) },
  ];
  return (
    <dl className="identity">
      {parts
        .filter((part) => part.value !== null)
        .map((part) => (
          <div key={part.label}>
            <dt>{part.label}</dt>
            <dd className="code">{part.value}</dd>
          </div>
        ))}
    </dl>
  );
}
