/** The registered stations, narrowed by what stands in the address: a table on a desk, cards on a phone. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { Link, useSearchParams } from "react-router";
import type { RegistryRow } from "../../../../api/registry-schemas.ts";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { stationName } from "../../parts/station-names.ts";
import { useNarrow } from "../../parts/use-narrow.ts";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { dayIn } from "./days.ts";
import { LicenceDay } from "./licence-day.tsx";
import { registryPartsQuery, registryQuery } from "./registry-data.ts";
import { Sections } from "./sections.tsx";

const STATUSES = ["in-service", "suspended", "closed"] as const;
const GATEWAYS = ["yes", "no"] as const;
const NARROWED = ["search", "county", "brand", "status", "gateway"] as const;

export default function RegistryPage() {
  const { t } = useSpeech();
  const exports = useMay("exports:take");
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(NARROWED.map((name) => [name, search.get(name) ?? undefined]));
  const licenceBefore = search.has("licence") ? dayIn(60) : undefined;
  const stations = useInfiniteQuery(registryPartsQuery({ ...filter, licenceBefore }));
  const narrow = (name: string, value: string | undefined) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === undefined || value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return (
    <>
      <Sections title={t("registry.title")} />
      <Filters search={search} narrow={narrow} />
      <Answer query={stations}>
        {({ pages }) => (
          <section className="panel" aria-label={t("registry.title")}>
            <div className="panel-head">
              <p className="faint" role="status" data-testid="registry-count">
                {t("registry.count", { total: pages.at(-1)?.total ?? 0 })}
              </p>
              {exports && (
                <Button size="small" href="/api/v1/registry/export?form=xlsx" data-testid="export">
                  {t("registry.exportAll")}
                </Button>
              )}
            </div>
            {pages[0]?.items.length === 0 ? (
              <Nothing text={t("registry.empty")} />
            ) : (
              <Stations rows={pages.flatMap(({ items }) => items)} />
            )}
            {stations.hasNextPage && (
              <p className="registry-more">
                <Button
                  onClick={() => void stations.fetchNextPage()}
                  loading={stations.isFetchingNextPage}
                  data-testid="registry-more"
                >
                  {t("registry.more")}
                </Button>
              </p>
            )}
          </section>
        )}
      </Answer>
    </>
  );
}

function Filters({ search, narrow }: { search: URLSearchParams; narrow: (name: string, value?: string) => void }) {
  const { t } = useSpeech();
  // The choices are those that occur: of all stations, whatever is narrowed.
  const { data } = useQuery(registryQuery({ limit: 1_000 }));
  const occurring = (name: "county" | "brand") =>
    [...new Set((data?.items ?? []).flatMap((row) => row[name] ?? []))].sort((a, b) => a.localeCompare(b, "zh-CN"));
  const choice = (name: string, label: string, options: { value: string; label: string }[]) => (
    <Select
      key={name}
      allowClear
      placeholder={label}
      aria-label={label}
      value={search.get(name)}
      onChange={(value: string | undefined) => narrow(name, value)}
      options={options}
      data-testid={`filter-${name}`}
    />
  );
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return (
    <div className="registry-filters">
      <Input.Search
        allowClear
        defaultValue={search.get("search") ?? ""}
        placeholder={t("registry.search")}
        aria-label={t("registry.search")}
        onSearch={(text) => narrow("search", text.trim())}
        data-testid="filter-search"
      />
      {choice("county", t("registry.county"), plain(occurring("county")))}
      {choice("brand", t("registry.brand"), plain(occurring("brand")))}
      {choice(
        "status",
        t("registry.status"),
        STATUSES.map((value) => ({ value, label: t(`stationStatus.${value}`) })),
      )}
      {choice(
        "gateway",
        t("registry.gateway"),
        GATEWAYS.map((value) => ({ value, label: t(`registry.gateway.${value}`) })),
      )}
      {choice("licence", t("registry.licence"), [{ value: "ending", label: t("registry.licence.ending") }])}
    </div>
  );
}

function Stations({ rows }: { rows: RegistryRow[] }) {
  const { t } = useSpeech();
  if (useNarrow()) {
    return (
      <ul className="registry-cards">
        {rows.map((row) => (
          <li key={row.id} data-testid={`registry-${row.id}`}>
            <Name row={row} />
            <p className="faint">{[row.county, row.brand, row.owner].filter(Boolean).join(" · ")}</p>
            <p className="registry-card-end">
              <Equipment row={row} />
              <LicenceDay day={row.licenceUntil} />
            </p>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="scroll-x">
      <table className="registry-table">
        <thead>
          <tr>
            <th>{t("part.station")}</th>
            <th>{t("field.county")}</th>
            <th>{t("field.owner")}</th>
            <th>{t("field.creditCode")}</th>
            <th>{t("field.licenceUntil")}</th>
            <th>{t("registry.status")}</th>
            <th>{t("part.gateway")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-testid={`registry-${row.id}`}>
              <td>
                <Name row={row} />
                <small>
                  <Equipment row={row} />
                </small>
              </td>
              <td>{row.county}</td>
              <td>
                {row.owner ?? "–"}
                {row.brand !== null && <small>{row.brand}</small>}
              </td>
              <td className="code">{row.creditCode ?? "–"}</td>
              <td>
                <LicenceDay day={row.licenceUntil} />
              </td>
              <td>{t(`stationStatus.${row.status}`)}</td>
              <td className="code">{row.gateways.length === 0 ? "–" : row.gateways.join(" ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Name({ row }: { row: RegistryRow }) {
  const { language } = useSpeech();
  return (
    <>
      <Link className="station-name" to={`/registry/${row.id}`}>
        {stationName(row, language)}
      </Link>{" "}
      <span className="code faint">{row.id}</span>
    </>
  );
}

function Equipment({ row }: { row: RegistryRow }) {
  const { t } = useSpeech();
  const { dispensers, nozzles, tanks, seals } = row;
  return <span className="faint">{t("registry.equipment", { dispensers, nozzles, tanks, seals })}</span>;
}
