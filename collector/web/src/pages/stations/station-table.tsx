/**
 * The stations: a table on a desk, cards on a phone.
 */
import { Table, type TableColumnsType } from "antd";
import { Link, useNavigate } from "react-router";
import type { StationSummary } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { formatRecent } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { OpenFlags, StationStateMark } from "../../parts/marks.tsx";
import { stationName } from "../../parts/station-names.ts";
import { useNarrow } from "../../parts/use-narrow.ts";

const addressOf = (station: StationSummary) => `/stations/${encodeURIComponent(station.id)}`;

export function StationTable({ stations }: { stations: StationSummary[] }) {
  return useNarrow() ? <Cards stations={stations} /> : <Rows stations={stations} />;
}

function Rows({ stations }: { stations: StationSummary[] }) {
  const { t, language } = useSpeech();
  const navigate = useNavigate();
  const columns: TableColumnsType<StationSummary> = [
    { key: "station", title: t("column.station"), render: (station: StationSummary) => <Name station={station} /> },
    { key: "county", title: t("column.county"), dataIndex: "county" },
    {
      key: "state",
      title: t("column.state"),
      render: ({ state }: StationSummary) => <StationStateMark state={state} />,
    },
    {
      key: "flags",
      title: t("column.openFlags"),
      render: (station: StationSummary) => <OpenFlags counts={station.openFlags} />,
    },
    ...(stations.some(({ today }) => today !== null) ? sumColumns(t) : []),
    {
      key: "last",
      title: t("column.lastRecord"),
      align: "right",
      render: (station: StationSummary) => formatRecent(station.lastRecordAt, Date.now()),
    },
  ];
  return (
    <Table<StationSummary>
      className="station-rows"
      key={language}
      columns={columns}
      dataSource={stations}
      rowKey="id"
      pagination={stations.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      scroll={{ x: "max-content" }}
      onRow={(station) =>
        ({
          "data-testid": `station-${station.id}`,
          "data-state": station.state,
          onClick: () => navigate(addressOf(station)),
        }) as object
      }
    />
  );
}

/** For who may see sales or statistics. */
function sumColumns(t: ReturnType<typeof useSpeech>["t"]): TableColumnsType<StationSummary> {
  return [
    {
      key: "sales",
      title: t("column.todaySales"),
      align: "right",
      render: ({ today }: StationSummary) => today && formatCount(today.sales),
    },
    {
      key: "volume",
      title: t("column.todayVolume"),
      align: "right",
      render: ({ today }: StationSummary) => today && formatVolume(today.volumeCl),
    },
    {
      key: "amount",
      title: t("column.todayAmount"),
      align: "right",
      render: ({ today }: StationSummary) => today && formatAmount(today.amountFen),
    },
  ];
}

function Name({ station }: { station: StationSummary }) {
  const { t, language } = useSpeech();
  const { dispensers, nozzles, tanks, seals } = station;
  return (
    <>
      <Link className="station-name" to={addressOf(station)} onClick={(event) => event.stopPropagation()}>
        {stationName(station, language)}
      </Link>
      <small>
        <span className="code">{station.id}</span> {t("stations.equipment", { dispensers, nozzles, tanks, seals })}
      </small>
    </>
  );
}

function Cards({ stations }: { stations: StationSummary[] }) {
  return (
    <ul className="station-cards">
      {stations.map((station) => (
        <Card key={station.id} station={station} />
      ))}
    </ul>
  );
}

function Card({ station }: { station: StationSummary }) {
  const { t, language } = useSpeech();
  const { today } = station;
  const { high, medium, notice } = station.openFlags;
  return (
    <li data-testid={`station-${station.id}`} data-state={station.state}>
      <div className="station-card-head">
        <div>
          <Link className="station-name" to={addressOf(station)}>
            {stationName(station, language)}
          </Link>
          <small>
            <span className="code">{station.id}</span> {station.county}
          </small>
        </div>
        <StationStateMark state={station.state} />
      </div>
      <Facts
        className="facts-four"
        facts={[
          ...(today === null
            ? []
            : [
                { key: "sales", label: t("column.todaySales"), value: formatCount(today.sales) },
                { key: "volume", label: t("column.todayVolume"), value: formatVolume(today.volumeCl) },
                { key: "amount", label: t("column.todayAmount"), value: formatAmount(today.amountFen) },
              ]),
          { key: "last", label: t("column.lastRecord"), value: formatRecent(station.lastRecordAt, Date.now()) },
        ]}
      />
      {high + medium + notice === 0 ? (
        <span className="faint">{t("flags.noneOpen")}</span>
      ) : (
        <OpenFlags counts={station.openFlags} />
      )}
    </li>
  );
}
