/** Every gateway and device: how each fares, with what needs a look first; narrowed by words, county and state. */
import { useQuery } from "@tanstack/react-query";
import { Input, Segmented, Select } from "antd";
import { Link, useSearchParams } from "react-router";
import type { GatewayView } from "../../../../api/device-schemas.ts";
import { get } from "../../data/client.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useStationNames } from "../../parts/station-names.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { chosenGateways, DEVICE_VIEWS } from "./choose.ts";
import "./devices.css";
import { GatewayCard } from "./gateway-card.tsx";

/** More cards than this are read by nobody: they are narrowed first. */
const MOST = 60;

export default function DevicesPage() {
  const { t } = useSpeech();
  const gateways = useQuery({ queryKey: ["devices"], queryFn: () => get<{ items: GatewayView[] }>("/devices") });
  return (
    <>
      <title>{`${t("devices.title")} · ${t("product.name")}`}</title>
      <h1>{t("devices.title")}</h1>
      <Answer query={gateways}>{({ items }) => <Gateways all={items} />}</Answer>
    </>
  );
}

function Gateways({ all }: { all: GatewayView[] }) {
  const { t } = useSpeech();
  const nameOf = useStationNames();
  const [search, setSearch] = useSearchParams();
  const words = search.get("q") ?? "";
  const county = search.get("county") ?? "";
  const view = DEVICE_VIEWS.find((one) => one === search.get("view")) ?? "all";
  const nowMs = Date.now();
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value === "") next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  const choice = { words, county, nowMs, nameOf };
  const shown = chosenGateways(all, { ...choice, view });
  const counties = [...new Set(all.map((one) => one.county))];
  return (
    <>
      <div className="devices-head">
        <Segmented
          aria-label={t("devices.title")}
          value={view}
          onChange={(value) => set("view", value === "all" ? "" : value)}
          options={DEVICE_VIEWS.map((value) => ({
            value,
            label: `${t(`devices.${value}`)} ${formatCount(chosenGateways(all, { ...choice, view: value }).length)}`,
          }))}
        />
        <Select
          aria-label={t("column.county")}
          value={county}
          onChange={(value) => set("county", value)}
          options={[
            { value: "", label: t("devices.allCounties") },
            ...counties.map((value) => ({ value, label: value })),
          ]}
        />
        <Input
          aria-label={t("devices.search")}
          placeholder={t("devices.search")}
          allowClear
          defaultValue={words}
          onChange={({ target }) => set("q", target.value.trim())}
        />
      </div>
      {shown.length === 0 ? (
        <Panel title={t("devices.title")}>
          <Nothing text={t(all.length === 0 ? "station.noGateways" : "devices.none")} />
        </Panel>
      ) : (
        <div className="gateway-cards">
          {shown.slice(0, MOST).map((gateway) => (
            <section key={gateway.gateway} className="panel" aria-label={gateway.gateway}>
              <p className="gateway-where">
                <Link to={`/stations/${encodeURIComponent(gateway.station)}`}>{nameOf(gateway.station)}</Link>
                <small>{gateway.county}</small>
              </p>
              <GatewayCard gateway={gateway} nowMs={nowMs} />
            </section>
          ))}
        </div>
      )}
      {shown.length > MOST && <p className="faint">{t("devices.more", { count: formatCount(shown.length - MOST) })}</p>}
    </>
  );
}
