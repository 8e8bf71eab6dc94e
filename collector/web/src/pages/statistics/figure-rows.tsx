/**
 * The groups with their sums and what became of them since the span compared with; a station, county or brand leads on
 * to what lies below it, a station or nozzle to its single sales.
 */
import { Table, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { useMay } from "../../data/session.tsx";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatVolume, MISSING } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { useNarrow } from "../../parts/use-narrow.ts";
import type { Choices, GroupName } from "./choices.ts";
import { changeText } from "./compare.ts";
import type { FigureTable, Series } from "./table-of.ts";

const ROWS_A_PAGE = 20;

interface Props {
  table: FigureTable;
  by: GroupName;
  nameOf: (key: string) => string;
  total: SaleStatistics["total"];
  choices: Choices;
  /** volumes of the groups in the span compared with, 0.01 L; undefined while they are not there */
  compared: ReadonlyMap<string, number> | undefined;
  choose: (changes: Partial<Choices>) => void;
}

export function FigureRows({ table, by, nameOf, total, choices, compared, choose }: Props) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const columns: TableColumnsType<Series> = [
    {
      key: "name",
      title: t(`statistics.by.${by}`),
      render: ({ key }: Series) => <Name value={key} name={nameOf(key)} choices={choices} choose={choose} />,
    },
    {
      key: "sales",
      title: t("statistics.sales"),
      align: "right",
      render: (one: Series) => formatCount(one.total.sales),
    },
    {
      key: "volume",
      title: t("statistics.volume"),
      align: "right",
      render: (one: Series) => formatVolume(one.total.volumeCl),
    },
    {
      key: "change",
      title: t("statistics.changed"),
      align: "right",
      render: ({ key, total: { volumeCl } }: Series) => {
        const before = compared?.get(key) ?? 0;
        return before > 0 ? changeText(volumeCl, before) : MISSING;
      },
    },
    {
      key: "amount",
      title: t("statistics.amount"),
      align: "right",
      render: (one: Series) => formatAmount(one.total.amountFen),
    },
    {
      key: "untrusted",
      title: t("statistics.untrusted"),
      align: "right",
      hidden: narrow,
      render: (one: Series) => formatCount(one.total.untrustedSales),
    },
  ];
  return (
    <Table<Series>
      size="small"
      columns={columns}
      dataSource={table.series}
      rowKey="key"
      pagination={table.series.length > ROWS_A_PAGE ? { pageSize: ROWS_A_PAGE, showSizeChanger: false } : false}
      scroll={{ x: "max-content" }}
      summary={() => (
        <Table.Summary.Row className="figures-total">
          <Table.Summary.Cell index={0}>{t("statistics.total")}</Table.Summary.Cell>
          <Table.Summary.Cell index={1} align="right">
            {formatCount(total.sales)}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={2} align="right">
            {formatVolume(total.volumeCl)}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={3} />
          <Table.Summary.Cell index={4} align="right">
            {formatAmount(total.amountFen)}
          </Table.Summary.Cell>
          {!narrow && (
            <Table.Summary.Cell index={5} align="right">
              {formatCount(total.untrustedSales)}
            </Table.Summary.Cell>
          )}
        </Table.Summary.Row>
      )}
    />
  );
}

function Name(props: { value: string; name: string; choices: Choices; choose: (changes: Partial<Choices>) => void }) {
  const { value, name, choices, choose } = props;
  const { by, from, to } = choices;
  if (value === "") return name;
  if (by === "county") return <Further name={name} go={() => choose({ county: value, by: "station" })} />;
  if (by === "brand") return <Further name={name} go={() => choose({ brand: value, by: "station" })} />;
  if (by === "station") {
    return (
      <>
        <Further name={name} go={() => choose({ station: value, by: "nozzle" })} />{" "}
        <Link className="code faint" to={`/stations/${encodeURIComponent(value)}`}>
          {value}
        </Link>{" "}
        <Sales query={{ station: value, from, to }} />
      </>
    );
  }
  if (by === "nozzle" && choices.station !== undefined) {
    return (
      <>
        {name} <Sales query={{ station: choices.station, nozzle: value, from, to }} />
      </>
    );
  }
  return name;
}

function Sales({ query }: { query: Record<string, string> }) {
  const { t } = useSpeech();
  if (!useMay("sales:view")) return null;
  return (
    <Link className="see-sales" to={`/sales?${new URLSearchParams(query)}`}>
      {t("statistics.seeSales")}
    </Link>
  );
}

function Further({ name, go }: { name: string; go: () => void }) {
  return (
    <button type="button" className="link-button" onClick={go}>
      {name}
    </button>
  );
}
