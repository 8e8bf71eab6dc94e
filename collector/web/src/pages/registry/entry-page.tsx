/** A station's entry in the registry: what is known of it, its equipment, its filed changes and its history. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import type { RegistryEntry } from "../../../../api/registry-schemas.ts";
import { useMay } from "../../data/session.tsx";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { stationName } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { ChangeList } from "./change-list.tsx";
import { Dispensers, Gateways, Seals, Tanks } from "./equipment.tsx";
import { History } from "./history.tsx";
import { LicenceDay } from "./licence-day.tsx";
import { changesQuery, entryQuery } from "./registry-data.ts";
import "./registry.css";

export default function EntryPage() {
  const { t } = useSpeech();
  const { id = "" } = useParams();
  const entry = useQuery(entryQuery(id));
  return (
    <Answer query={entry} notFound={t("error.stationNotFound")}>
      {(data) => (
        <>
          <Head data={data} />
          <div className="entry">
            <Panel title={t("entry.facts")}>
              <EntryFacts data={data} />
            </Panel>
            <Panel title={t("entry.dispensers")}>
              <Dispensers entry={data.entry} />
            </Panel>
            <Panel title={t("entry.tanks")}>
              <Tanks entry={data.entry} />
            </Panel>
            <Panel title={t("entry.seals")}>
              <Seals entry={data.entry} />
            </Panel>
            <Panel title={t("entry.gateways")}>
              <Gateways ids={data.gateways} />
            </Panel>
          </div>
          <Changes station={id} />
          <History station={id} />
        </>
      )}
    </Answer>
  );
}

function Head({ data }: { data: RegistryEntry }) {
  const { t, language } = useSpeech();
  const files = useMay("filings:file");
  const navigate = useNavigate();
  const { entry, version, changedAt, by, why } = data;
  const name = stationName(entry, language);
  return (
    <div className="page-head">
      <title>{`${name} · ${t("registry.title")}`}</title>
      <Link className="back" to="/registry">
        ← {t("entry.back")}
      </Link>
      <div className="page-title">
        <h1>{name}</h1>
        <span className="flag-state">{t(`stationStatus.${entry.status ?? "in-service"}`)}</span>
      </div>
      <p className="page-under">
        <span className="code">{entry.id}</span>
        <span>{entry.county}</span>
        <span>{t("entry.version", { version, time: formatDateTime(changedAt), by, why })}</span>
      </p>
      <p className="entry-actions">
        <Link to={`/stations/${entry.id}`}>{t("entry.live")}</Link>
        {files && (
          <Button
            type="primary"
            size="small"
            data-testid="file-change"
            onClick={() => navigate(`/registry/${entry.id}/change`)}
          >
            {t("entry.fileChange")}
          </Button>
        )}
      </p>
    </div>
  );
}

function EntryFacts({ data: { entry } }: { data: RegistryEntry }) {
  const { t } = useSpeech();
  const plain = ["owner", "creditCode", "brand", "licenceNumber", "contactName", "contactPhone", "address"] as const;
  const facts = plain.map((key) => ({ key, label: t(`field.${key}`), value: entry[key] ?? "–" }));
  const licence = { key: "until", label: t("field.licenceUntil"), value: <LicenceDay day={entry.licenceUntil} /> };
  const place = { key: "location", label: t("field.location"), value: <Place location={entry.location} /> };
  return <Facts facts={[...facts.slice(0, 4), licence, ...facts.slice(4), place]} />;
}

function Place({ location }: { location: RegistryEntry["entry"]["location"] }) {
  const { t } = useSpeech();
  if (location === undefined) return <>–</>;
  const degrees = (value: number) => (value / 1e6).toFixed(6);
  const { longitudeUdeg, latitudeUdeg, source } = location;
  return (
    <>
      {degrees(longitudeUdeg)}, {degrees(latitudeUdeg)}
      {source !== undefined && (
        <small className="told-place">
          {t("entry.told", {
            system: source.system.toUpperCase(),
            longitude: degrees(source.longitudeUdeg),
            latitude: degrees(source.latitudeUdeg),
          })}
        </small>
      )}
    </>
  );
}

function Changes({ station }: { station: string }) {
  const { t } = useSpeech();
  const sees = useMay("filings:view");
  return sees ? (
    <Panel title={t("registry.changes")} className="entry-below">
      <StationChanges station={station} />
    </Panel>
  ) : null;
}

function StationChanges({ station }: { station: string }) {
  const { t } = useSpeech();
  const changes = useQuery(changesQuery({ station }));
  return (
    <Answer query={changes}>
      {({ items }) => (items.length === 0 ? <Nothing text={t("change.empty")} /> : <ChangeList changes={items} />)}
    </Answer>
  );
}
