/** The groups with their sums; a station or county leads on to what lies below it. */
import { Table, type TableColumnsType } from "antd";
import { Link } from "react-router";
import type { SaleStatistics } from "../../../../api/statistics-schemas.ts";
import { formatCount } from "../../format/number.ts";
import { formatAmount, formatVolume } from "../../format/quantity.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { useNarrow } from "../../parts/use-narrow.ts";
import type { Choices, GroupName } from "./choices.ts";
import type { FigureTable, Series } from "./table-of.ts";

const ROWS_A_PAGE = 20;

interface Props {
  table: FigureTable;
  by: GroupName;
  nameOf: (key: string) => string;
  total: SaleStatistics["total"];
  choose: (changes: Partial<Choices>) => void;
}

export function FigureRows({ table, by, nameOf, total, choose }: Props) {
  const { t } = useSpeech();
  const narrow = useNarrow();
  const columns: TableColumnsType<Series> = [
    {
      key: "name",
      title: t(`statistics.by.${by}`),
      render: ({ key }: Series) => <Name by={by} value={key} name={nameOf(key)} choose={choose} />,
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
          <Table.Summary.Cell index={3} align="right">
            {formatAmount(total.amountFen)}
          </Table.Summary.Cell>
          {!narrow && (
            <Table.Summary.Cell index={4} align="right">
              {formatCount(total.untrustedSales)}
            </Table.Summary.Cell>
          )}
        </Table.Summary.Row>
      )}
    />
  );
}

function Name(props: { by: GroupName; value: string; name: string; choose: (changes: Partial<Choices>) => void }) {
  const { by, value, name, choose } = props;
  if (value === "") return name;
  if (by === "county") return <Further name={name} go={() => choose({ county: value, by: "station" })} />;
  if (by === "station") {
    return (
      <>
        <Further name={name} go={() => choose({ station: value, by: "nozzle" })} />{" "}
        <Link className="code faint" to={`/stations/${encodeURIComponent(value)}`}>
          {value}
        </Link>
      </>
    );
  }
  return name;
}

function Further({ name, go }: { name: string; go: () => void }) {
  return (
    <button type="button" className="link-button" onClick={go}>
      {name}
    </button>
  );
}
