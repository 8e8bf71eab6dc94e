/**
 * A tank: its drawing and what the gauge reads.
 */
import type { TankState } from "../../../../api/schemas.ts";
import { formatLevel, formatTemperature, formatVolume, formatWholeLitres } from "../../format/quantity.ts";
import { formatRecent } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Mark } from "../../parts/marks.tsx";
import { fuelOf } from "./fuel.ts";
import { TankDrawing } from "./tank-drawing.tsx";
import { tankFill } from "./tank-shape.ts";

export function TankCard(props: { tank: TankState; chosen: boolean; choose: () => void }) {
  const { t } = useSpeech();
  const { tank, grade, capacityCl, latest } = props.tank;
  return (
    <article className={`tank ${props.chosen ? "tank-chosen" : ""}`} data-testid={`tank-${tank}`}>
      <header>
        <h3>
          <span className="code">{tank}</span> <span className="grade">{grade}</span>
        </h3>
        <small>{t("tank.capacity", { volume: formatWholeLitres(capacityCl) })}</small>
      </header>
      <TankDrawing tank={tank} fuel={fuelOf(grade)} fill={latest === null ? undefined : tankFill(latest, capacityCl)} />
      <p className="tank-volume">{formatVolume(latest?.volumeCl)}</p>
      <Facts
        className="facts-four"
        facts={[
          { key: "level", label: t("tank.level"), value: formatLevel(latest?.levelUm) },
          { key: "water", label: t("tank.water"), value: formatLevel(latest?.waterLevelUm) },
          { key: "temperature", label: t("tank.temperature"), value: formatTemperature(latest?.temperatureMc) },
          { key: "ullage", label: t("tank.ullage"), value: formatWholeLitres(latest?.ullageCl) },
        ]}
      />
      <TankFoot latest={latest} />
      <button type="button" className="curve-button" aria-pressed={props.chosen} onClick={props.choose}>
        {t(props.chosen ? "tank.shown" : "tank.show")}
      </button>
    </article>
  );
}

function TankFoot({ latest }: { latest: TankState["latest"] }) {
  const { t, language } = useSpeech();
  if (latest === null) return <p className="tank-foot faint">{t("tank.noReading")}</p>;
  const doubt =
    latest.quality === "good" ? undefined : (phraseFor(language, "quality", latest.quality) ?? latest.quality);
  return (
    <div className="tank-foot">
      {latest.alarms.map((alarm) => (
        <Mark key={alarm} tone="bad" icon="triangle">
          {phraseFor(language, "alarm", alarm) ?? alarm}
        </Mark>
      ))}
      {doubt !== undefined && (
        <span title={latest.reason ?? undefined}>
          <Mark tone="warn" icon="info">
            {doubt}
          </Mark>
        </span>
      )}
      {latest.alarms.length === 0 && <span className="faint">{t("tank.noAlarms")}</span>}
      <time dateTime={latest.at}>{formatRecent(latest.at, Date.now())}</time>
    </div>
  );
}
