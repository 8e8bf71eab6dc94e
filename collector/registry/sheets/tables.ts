/**
 * The tables in which a registry is imported and exported: one a kind of thing, with their columns. Data alone; whoever
 * reads, writes or explains a table asks here.
 */
import {
  GATEWAY_ID_PATTERN,
  LOCAL_NAME_PATTERN,
  NOZZLE_PATTERN,
  SEAL_PATTERN,
  TANK_PATTERN,
} from "@forecourt/protocol/ids.ts";
import {
  type Column,
  degrees,
  deviceId,
  grade,
  id,
  lengths,
  PLACES,
  STATUSES,
  SYSTEMS,
  station,
  tankId,
  text,
} from "./columns.ts";

export const TABLE_NAMES = ["stations", "tanks", "dispensers", "nozzles", "seals", "gateways", "charts"] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export interface Table {
  zh: string;
  en: string;
  columns: readonly Column[];
}

export const TABLES: Readonly<Record<TableName, Table>> = {
  stations: {
    zh: "加油站",
    en: "stations",
    columns: [
      station,
      { key: "nameZh", zh: "站名", en: "name", cell: text(100), required: true, example: "景洪江滨加油站" },
      { key: "nameEn", zh: "英文站名", en: "English name", cell: text(100), example: "Jinghong Riverside Station" },
      { key: "county", zh: "县市", en: "county", cell: text(100), required: true, example: "景洪市" },
      { key: "status", zh: "状态", en: "status", cell: { kind: "choice", words: STATUSES }, example: "营业" },
      {
        key: "creditCode",
        zh: "统一社会信用代码",
        en: "credit code",
        cell: id("^[0-9A-HJ-NPQRTUWXY]{18}$", "18 位，不含 I、O、S、V、Z", "18 characters without I, O, S, V and Z"),
        example: "91532800MA6K1RXY10",
      },
      { key: "owner", zh: "经营企业", en: "owner", cell: text(100), example: "景洪江滨石油有限公司" },
      { key: "brand", zh: "品牌", en: "brand", cell: text(50), example: "民营" },
      {
        key: "licenceNumber",
        zh: "零售许可证号",
        en: "licence number",
        cell: text(50),
        example: "油零售证书第53K0001号",
      },
      { key: "licenceUntil", zh: "许可证有效期至", en: "licence until", cell: { kind: "day" }, example: "2028-06-30" },
      { key: "contactName", zh: "联系人", en: "contact", cell: text(50), example: "岩温" },
      {
        key: "contactPhone",
        zh: "联系电话",
        en: "phone",
        cell: id("^\\+?[0-9][0-9 -]{2,24}$", "数字、空格和短横线", "digits, spaces and dashes"),
        example: "0691-2120000",
      },
      { key: "address", zh: "地址", en: "address", cell: text(200), example: "景洪市江滨路 1 号" },
      {
        key: "longitudeUdeg",
        zh: "经度(度)",
        en: "longitude (deg)",
        cell: degrees(180_000_000),
        example: "100.797941",
      },
      { key: "latitudeUdeg", zh: "纬度(度)", en: "latitude (deg)", cell: degrees(90_000_000), example: "22.002122" },
      {
        key: "system",
        zh: "坐标系",
        en: "coordinate system",
        cell: { kind: "choice", words: SYSTEMS },
        example: "GCJ-02",
      },
    ],
  },
  tanks: {
    zh: "油罐",
    en: "tanks",
    columns: [
      station,
      { key: "tank", zh: "油罐编号", en: "tank", cell: tankId, required: true, example: "T1" },
      grade,
      {
        key: "capacityL",
        zh: "容量(L)",
        en: "capacity (L)",
        cell: { kind: "number", units: 1, least: 1, most: 1_000_000 },
        required: true,
        example: "30000",
      },
      {
        key: "diameterMm",
        zh: "直径(mm)",
        en: "diameter (mm)",
        cell: { kind: "number", units: 1, least: 500, most: 6_000 },
        example: "2600",
      },
      {
        key: "lengthMm",
        zh: "长度(mm)",
        en: "length (mm)",
        cell: { kind: "number", units: 1, least: 500, most: 30_000 },
        example: "7200",
      },
      {
        key: "gaugeStepUm",
        zh: "液位分辨力(mm)",
        en: "gauge step (mm)",
        cell: { kind: "number", units: 1_000, least: 1, most: 10_000 },
        example: "0.1",
      },
    ],
  },
  dispensers: {
    zh: "加油机",
    en: "dispensers",
    columns: [
      station,
      { key: "device", zh: "加油机编号", en: "dispenser", cell: deviceId, required: true, example: "tax-1" },
      { key: "maker", zh: "厂家", en: "maker", cell: text(50), example: "" },
      { key: "model", zh: "型号", en: "model", cell: text(50), example: "" },
      { key: "serial", zh: "出厂编号", en: "serial number", cell: text(50), example: "2023-00127" },
      { key: "verifiedUntil", zh: "检定有效期至", en: "verified until", cell: { kind: "day" }, example: "2027-03-31" },
    ],
  },
  nozzles: {
    zh: "油枪",
    en: "nozzles",
    columns: [
      station,
      { key: "dispenser", zh: "加油机编号", en: "dispenser", cell: deviceId, required: true, example: "tax-1" },
      {
        key: "nozzle",
        zh: "油枪编号",
        en: "nozzle",
        cell: id(NOZZLE_PATTERN, "N01、N02 …", "N01, N02 …"),
        required: true,
        example: "N01",
      },
      grade,
      { key: "tank", zh: "油罐编号", en: "tank", cell: tankId, required: true, example: "T1" },
      {
        key: "unitPriceFen",
        zh: "挂牌价(元/L)",
        en: "price (CNY/L)",
        cell: { kind: "number", units: 100, least: 0, most: 999_999 },
        example: "7.72",
      },
      {
        key: "maxFlowLpm",
        zh: "最大流量(L/min)",
        en: "most flow (L/min)",
        cell: { kind: "number", units: 1, least: 1, most: 500 },
        example: "60",
      },
    ],
  },
  seals: {
    zh: "铅封",
    en: "seals",
    columns: [
      station,
      {
        key: "seal",
        zh: "铅封编号",
        en: "seal",
        cell: id(SEAL_PATTERN, "S01、S02 …", "S01, S02 …"),
        required: true,
        example: "S01",
      },
      {
        key: "place",
        zh: "位置",
        en: "place",
        cell: { kind: "choice", words: PLACES, open: true },
        required: true,
        example: "主板盒",
      },
      {
        key: "of",
        zh: "所封设备",
        en: "of",
        cell: id(`${LOCAL_NAME_PATTERN}|${TANK_PATTERN}`, "加油机或油罐编号", "a dispenser or a tank"),
        required: true,
        example: "tax-1",
      },
      { key: "number", zh: "封号", en: "number", cell: text(50), example: "YN0012345" },
    ],
  },
  gateways: {
    zh: "网关",
    en: "gateways",
    columns: [
      station,
      {
        key: "gateway",
        zh: "网关编号",
        en: "gateway",
        cell: id(GATEWAY_ID_PATTERN, "如 gw-532801-0007-a", "for example gw-532801-0007-a"),
        required: true,
        example: "gw-532801-0007-a",
      },
      {
        key: "publicKey",
        zh: "公钥",
        en: "public key",
        cell: {
          kind: "text",
          most: 200,
          pattern: /^[A-Za-z0-9+/]+=*$/,
          form: { zh: "网关程序打印的公钥（Base64）", en: "base64, as the agent prints it" },
        },
        required: true,
        example: "MCowBQYDK2VwAyEABGQ6JK25y5syXSHmQzq4W+T0B+XxaI3tdlw70JFZHno=",
      },
    ],
  },
  charts: {
    zh: "罐容表",
    en: "charts",
    columns: [
      station,
      { key: "tank", zh: "油罐编号", en: "tank", cell: tankId, required: true, example: "T1" },
      ...lengths(
        "level",
        "液位",
        [
          ["mm", 1_000],
          ["cm", 10_000],
        ],
        10_000_000,
      ),
      ...lengths(
        "volume",
        "容积",
        [
          ["L", 100],
          ["m3", 100_000],
        ],
        100_000_000,
      ),
    ],
  },
};

/** Columns that stand for each other, of which a table has exactly one. */
export const ALTERNATIVES: Readonly<Partial<Record<TableName, readonly (readonly string[])[]>>> = {
  charts: [
    ["level:mm", "level:cm"],
    ["volume:L", "volume:m3"],
  ],
};
