/** The page's words, Chinese first. A kind that has no word here is called by its own name. */

const zh = {
  title: "模拟加油站",
  nozzles: "油枪：真相与上报",
  tanks: "油罐",
  seals: "铅封",
  lines: "线路",
  events: "真相记录",
  inject: "注入",
  cheats: "作弊",
  faults: "故障",
  inForce: "正在起作用",
  flags: "平台发现的疑点",
  start: "开始",
  pause: "暂停",
  language: "English",
  nozzle: "油枪",
  grade: "油品",
  pumped: "已出油",
  port: "税控总累",
  reported: "上报总累",
  difference: "相差",
  tank: "油罐",
  level: "油高",
  volume: "油量（升）",
  reportedLevel: "上报油高",
  lifted: "加油中",
  unloading: "卸油中",
  plugged: "接通",
  pulled: "拔出",
  pull: "拔线",
  plug: "接回",
  end: "结束",
  nothing: "无",
  noCollector: "未接平台：启动时加 --collector 地址，即可对照上报数据。",
  legend: "升。相差为税控口总累减上报总累；刚挂枪时上报会晚几秒。",
  injected: "已注入",
  go: "注入",
  lost: "与模拟器失去联系",
  yes: "是",
  no: "否",
  unset: "默认",
  elapsed: "已运行",
  speed: "倍速",
};

const en = {
  title: "Simulated station",
  nozzles: "Nozzles: truth and report",
  tanks: "Tanks",
  seals: "Seals",
  lines: "Lines",
  events: "Truth, as it happens",
  inject: "Inject",
  cheats: "Cheats",
  faults: "Faults",
  inForce: "In force",
  flags: "Flags the collector raised",
  start: "Start",
  pause: "Pause",
  language: "中文",
  nozzle: "Nozzle",
  grade: "Grade",
  pumped: "Pumped",
  port: "Port total",
  reported: "Reported",
  difference: "Difference",
  tank: "Tank",
  level: "Level",
  volume: "Volume, L",
  reportedLevel: "Reported level",
  lifted: "fuelling",
  unloading: "unloading",
  plugged: "in",
  pulled: "out",
  pull: "Pull",
  plug: "Plug in",
  end: "End",
  nothing: "None",
  noCollector: "No collector: start with --collector URL to see what the agent reported.",
  legend:
    "Litres. Difference is the port's total less the reported one; after a hang-up the report takes some seconds.",
  injected: "Injected",
  go: "Inject",
  lost: "The simulator does not answer",
  yes: "yes",
  no: "no",
  unset: "default",
  elapsed: "running for",
  speed: "Speed",
};

/** Kinds of cheats, faults and events, states and fields, in Chinese; English shows the names themselves. */
const zhNames = {
  "bypass-tax-port": "绕过税控口",
  "total-rollback": "总累回调",
  "seal-cut": "剪断铅封",
  "seal-open": "打开铅封",
  "board-swap": "换主板",
  "delivery-without-notice": "无单卸油",
  "cable-pulled": "拔线",
  delivery: "正常卸油",
  noise: "干扰",
  drop: "丢应答",
  echo: "回显",
  reflect: "反射",
  split: "拆包",
  merge: "粘包",
  unplugged: "拔出后换名",
  slow: "应答慢",
  silent: "不应答",
  "silent-while-fuelling": "加油时不答",
  "cross-talk": "串枪",
  "space-padding": "空格补位",
  "spare-bytes": "多余字节",
  "clock-wrong": "时钟不准",
  "float-stuck": "浮子卡住",
  "probe-pulled": "拔探棒",
  "not-a-number": "非数值",
  "question-marks": "问号",
  sale: "加油",
  cheat: "作弊",
  fault: "故障",
  line: "线路",
  notice: "卸油预告",
  "notice-post": "预告发送",
  start: "开始",
  stop: "结束",
  sealed: "完好",
  open: "已打开",
  cut: "已剪断",
  nozzle: "油枪",
  tank: "油罐",
  seal: "铅封",
  device: "设备",
  for: "持续（如 10m）",
  count: "笔数",
  volumeL: "升",
  volumeCl: "厘升",
  share: "比例（0 到 1）",
  gapMs: "间隔（毫秒）",
  delayMs: "延迟（毫秒）",
  bytes: "字节数",
  byS: "偏差（秒）",
  factorySerial: "新出厂编号",
  tanker: "车牌",
  unloadLPerMin: "卸油速度（升/分）",
  end: "结束",
  subject: "对象",
  id: "编号",
  place: "位置",
  of: "所属",
  state: "状态",
  pulled: "拔出",
  plugged: "接通",
  factorySerialAfter: "新编号",
  planted: "待发生",
  running: "进行中",
};

/** @type {"zh" | "en"} */
let language = localStorage.getItem("language") === "en" ? "en" : "zh";

/** @returns {"zh" | "en"} */
export function currentLanguage() {
  return language;
}

/** Changes to the other language and remembers it. */
export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
}

/** A word of the page. @param {keyof typeof zh} key */
export function word(key) {
  return (language === "zh" ? zh : en)[key];
}

/** A name of the simulator's, in the reader's language. @param {string} name */
export function named(name) {
  return language === "zh" && Object.hasOwn(zhNames, name) ? zhNames[/** @type {keyof typeof zhNames} */ (name)] : name;
}
