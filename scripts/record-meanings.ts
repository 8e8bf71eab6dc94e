/**
 * What the fields of records mean, in words; the schema says what they may hold. The catalogue of records is made of
 * both, and cannot be made while one of them knows a field that the other does not.
 */
import type { RecordKind } from "../protocol/records/schema.ts";

/** The kinds in the words of the screens. */
export const kindNamesZh: Record<RecordKind, string> = {
  sale: "加油流水",
  total: "累计数",
  identity: "加油机身份",
  tank: "油罐读数",
  seal: "铅封状态",
  link: "通讯状态",
  gateway: "网关状态",
};

/** When a record of the kind is written. */
export const kindOccasions: Record<RecordKind, string> = {
  sale: "Written when a grand total has risen and was confirmed by reading it again.",
  total: "Written when a nozzle is first read, when its total went down, after a silence, and as a heartbeat.",
  identity: "Written when a tax device is first read, when it says it is another one, once a day, and after a silence.",
  tank: "Written when a value moved beyond its dead band, when alarms changed, and as a heartbeat.",
  seal: "Written at every change of state, counters or trust, and as a heartbeat.",
  link: "Written when a device is first heard, falls silent, or is heard again.",
  gateway: "Written at start, at an orderly stop, every minute by default, and when the time of day was set.",
};

/** Fields that mean the same in every kind. */
export const commonMeanings: Record<string, string> = {
  kind: "the kind of record",
  seq: "its number in the gateway's journal: 1, 2, 3 …, never reused; this is the order of events",
  gateway: "the gateway that wrote it",
  at: "the gateway's clock when the record was made, RFC 3339 with offset +08:00; may be wrong, see `clock`",
  boot: "changes with every start of the agent",
  monoMs: "time since that start, unmoved by the setting of clocks",
  clock: "`trusted` while the gateway's clock agrees with the collector's within five seconds",
  device: "the device as the agent's configuration names it",
  nozzle: "the nozzle",
  quality: "how far the values can be trusted; anything but `good` has a `reason`",
  reason: "why, in words",
  raw: "the answers as they came from the device, upper-case hexadecimal: evidence",
};

/** Fields by kind; names of inner fields follow a dot. They win over the common ones. */
export const kindMeanings: Record<RecordKind, Record<string, string>> = {
  sale: {
    volumeCl: "litres sold",
    amountFen: "money asked for them",
    unitPriceFen: "price of a litre; null when it is not known",
    count: "1 when it is certainly one fuelling; null when several may be in it",
    basis: "what the sale was found from; the grand total alone is less certain than both together",
    beforeVolumeCl: "grand total before the sale, volume",
    beforeAmountFen: "grand total before the sale, money",
    totalVolumeCl: "grand total after the sale, volume",
    totalAmountFen: "grand total after the sale, money",
    lastFuelling: "what the tax port itself remembers of its last fuelling; null when it was not had",
    "lastFuelling.dayOfMonth": "day of the month; the port gives neither month nor year",
    "lastFuelling.hour": "hour on the dispenser's clock",
    "lastFuelling.minute": "minute on the dispenser's clock",
    "lastFuelling.volumeCl": "volume",
    "lastFuelling.amountFen": "amount",
    "lastFuelling.unitPriceFen": "unit price",
  },
  total: {
    scope: "which accumulator; the agent records grand totals today",
    period: "the day or month of a day or month total; null for a grand total",
    cause: "why it was written",
    volumeCl: "the total, volume",
    amountFen: "the total, money",
    previousVolumeCl: "the total that was accepted before, volume; null the first time",
    previousAmountFen: "the total that was accepted before, money; null the first time",
  },
  identity: {
    nozzle: "the nozzle that was asked; several share one tax device",
    cause: "why it was written",
    initialised: "whether the device says that the tax office has initialised it",
    factorySerial: "factory serial of the tax device",
    gunCode: "the device's own code of the nozzle's place; null when it is not initialised",
    taxpayerId: "taxpayer id; null when it is not initialised",
    oilCode: "four-digit fuel code; null when it is not initialised",
    deviceTime: "a time that the device states; whether it is its clock or its initialisation is not known",
    previousFactorySerial: "factory serial before; null the first time",
  },
  tank: {
    tank: "the tank",
    cause: "why it was written",
    levelUm: "level of the fuel",
    waterLevelUm: "level of the water below it",
    temperatureMc: "temperature of the fuel",
    volumeCl: "ambient volume as the gauge states it",
    standardVolumeCl: "standard volume (20 °C) as the gauge states it",
    waterVolumeCl: "volume of the water",
    ullageCl: "room left",
    alarms: "names of the alarms that the gauge has raised, as the profile names them",
  },
  seal: {
    seal: "the seal",
    cause: "why it was written",
    state: "its state",
    previousState: "the state that was recorded before; null the first time",
    tamperCount: "how often the seal counted tampering; tells of a cut while nobody looked",
    openCount: "how often the seal counted an opening",
    batteryPercent: "charge of its battery",
    serial: "its number as the hub states it",
  },
  link: {
    line: "the line",
    device: "the device; null when the line itself is meant",
    state: "whether it can be reached",
    reason: "why, in words",
    downMs: "how long it was not heard; null when it is down, or was never heard before",
    statistics: "what the line has counted since the agent started",
    "statistics.requests": "questions sent",
    "statistics.answers": "answers that could be used",
    "statistics.timeouts": "questions without an answer",
    "statistics.badFrames": "frames that were broken or belonged to another question",
    "statistics.noiseBytes": "bytes that belonged to no frame",
  },
  gateway: {
    event: "what happened",
    version: "version of the agent",
    configSha256: "SHA-256 of the configuration in force, defaults filled in",
    stepMs: "how far the clock was set, negative backwards; null otherwise",
    unacknowledged: "records for which there is no receipt yet",
    rssKb: "memory of the agent (resident set)",
    uptimeMs: "time since the agent started",
  },
};
