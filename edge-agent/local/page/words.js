/** Every word of the page, Chinese first, English second. */
import { more } from "./more-words.js";

/** @type {"zh" | "en"} */
let language = localStorage.getItem("language") === "en" ? "en" : "zh";

/** @returns {"zh" | "en"} */
export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** @type {Record<string, readonly [string, string]>} */
const words = {
  ...more,
  title: ["采集网关", "Gateway"],
  install: ["安装", "Install"],
  live: ["现场", "Live"],
  check: ["检查", "Check"],
  pin: ["密码", "PIN"],
  pinHint: ["6 至 12 位数字，随网关交付", "6 to 12 digits, delivered with the box"],
  signIn: ["进入", "Sign in"],
  signOut: ["退出", "Sign out"],
  next: ["下一步", "Next"],
  save: ["保存", "Save"],
  again: ["重新搜索", "Search again"],
  step: ["步骤", "Step"],
  "step-lines": ["找设备", "Find"],
  "step-places": ["对号", "Match"],
  "step-site": ["现场", "Site"],
  "step-enrol": ["入网", "Enrol"],
  "step-self-test": ["自检", "Test"],
  "step-report": ["验收", "Accept"],
  blocked: ["先完成前面的步骤", "finish the steps before this one"],
  linesTitle: ["查找线路上的设备", "Find what is on the lines"],
  linesText: [
    "接好加油机税控口、液位仪和铅封集线器后开始搜索。网关逐一试各串口的波特率和校验位，只读取，不改动任何设备。",
    "Plug in tax ports, gauge and seal hub, then search. The box tries every port's settings; it only reads.",
  ],
  tcpLabel: ["网络上的液位仪或串口服务器", "Gauges or serial servers in the network"],
  tcpHint: ["地址:端口，空格分隔，没有则留空", "address:port, separated by blanks; empty when there are none"],
  thorough: ["彻底搜索（慢，逐个地址都问）", "Search thoroughly (slow: every address)"],
  startSearch: ["开始搜索", "Search"],
  stopSearch: ["停止", "Stop"],
  searching: ["正在搜索…", "Searching …"],
  waitingTurn: ["等待", "waiting"],
  portDone: ["已搜完", "done"],
  foundTitle: ["找到的设备", "Found"],
  nothing: ["没有应答", "nothing answers"],
  isAllHere: [
    "应有的设备都在上面吗？缺的请检查接线和电源，再搜一次。",
    "Is everything here? If not, look at wiring and power, and search again.",
  ],
  allHere: ["齐全，下一步", "All here, next"],
  ports: ["个串口", "ports"],
  noPorts: ["没有找到串口适配器。请插好后再搜索。", "No serial adapter was found. Plug it in, and search."],
  nozzles: ["油枪", "Nozzles"],
  tanks: ["油罐", "Tanks"],
  seals: ["铅封", "Seals"],
  placesTitle: ["哪个是哪个", "Which is which"],
  placesText: [
    "在每支油枪上加 1 升：动的那一行会变绿。也可以核对总累与加油机显示。油罐核对显示屏，铅封按测试键。",
    "Draw a litre at each nozzle: its row turns green. Or compare totals with the dispenser's display, tanks with the gauge's, and press the seals' test buttons.",
  ],
  tankName: ["罐号", "Tank"],
  grade: ["油品", "Grade"],
  display: ["显示屏液位 mm", "Level on display, mm"],
  agrees: ["相差", "differs by"],
  addTank: ["添加没有液位仪的油罐", "Add a tank without a gauge"],
  removeTank: ["删除", "Remove"],
  noGauge: ["无液位仪", "no gauge"],
  taxPort: ["税控口", "Tax port"],
  dispenserNumber: ["加油机编号", "Dispenser number"],
  nozzleName: ["枪号", "Nozzle"],
  total: ["总累", "total"],
  fromTank: ["油罐", "Tank"],
  drawn: ["已见加油", "litre drawn"],
  drawNow: ["请在这支枪加 1 升", "draw a litre here"],
  compared: ["总累与加油机显示一致", "total agrees with the dispenser's display"],
  sealName: ["代号", "Seal"],
  printed: ["印刷编号", "Printed number"],
  place: ["位置", "Place"],
  of: ["保护对象", "Protects"],
  chip: ["芯片", "chip"],
  pressed: ["已见按键", "button seen"],
  pressNow: ["按测试键，看是否变绿", "press its test button"],
  useSeal: ["已安装", "installed"],
  placesDone: ["全部对好，下一步", "All matched, next"],
  proveFirst: ["每支油枪都要加 1 升或核对总累", "draw a litre at each nozzle, or compare its total"],
  siteTitle: ["时钟、网络、供电", "Clock, network, power"],
  boxClock: ["网关时钟", "Box's clock"],
  clockDiffers: ["与手机相差", "differs from the phone by"],
  seconds: ["秒", "s"],
  clockWrong: [
    "时钟不对：接通网络并启用时间同步。读数不受影响，采集服务会标注。",
    "The clock is wrong: give it a network and a time server. Reading goes on; the collector says so.",
  ],
  addresses: ["网关地址", "Addresses"],
  network: ["上传网络", "Network"],
  cable: ["网线", "cable"],
  mobile: ["移动网络（SIM 卡）", "mobile (SIM)"],
  wifi: ["Wi-Fi", "Wi-Fi"],
  budget: ["每月流量 MB", "Data a month, MB"],
  unlimited: ["不限则留空", "empty: no limit"],
  power: ["供电", "Power"],
  mains: ["市电", "mains"],
  "mains-and-battery": ["市电和电池", "mains and battery"],
  generator: ["发电机", "generator"],
  solar: ["太阳能", "solar"],
  note: ["备注", "Note"],
};

/** @param {string} name @returns {string} */
export function word(name) {
  const pair = words[name];
  return pair === undefined ? name : pair[language === "zh" ? 0 : 1];
}
