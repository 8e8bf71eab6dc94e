/** What goes wrong, in the reader's language: by its code, with the box's own words below where they say more. */
import { el } from "./dom.js";
import { currentLanguage } from "./words.js";

/** @type {Record<string, string>} */
const CHINESE = {
  pin: "请输入密码",
  "wrong-pin": "密码不对",
  "no-pin": "网关还没有设密码，请在网关上执行 sudo forecourt-agent pin",
  wait: "密码错得太多，请稍后再试",
  network: "连不上，稍后自动再试",
  order: "前面的步骤还没有完成",
  "nothing-found": "线路上没有设备应答，请检查接线和电源",
  unnamed: "还有没编号的",
  "named-twice": "编号重复了",
  "unknown-item": "有一项已经不在线路上，请重新搜索",
  "no-tank": "油枪对应的油罐不存在",
  "other-grade": "油枪的油品和油罐不一致",
  "no-such-thing": "铅封保护的对象不存在",
  empty: "还什么都没有编号",
  code: "入网码写错了：十个字符，没有 I、L、O、U",
  enrolled: "本网关已经入网",
  refused: "采集服务拒绝了",
  slip: "这不是入网二维码的文字",
  signature: "签字不完整",
  changed: "签字后报告有改动，请核对后重新签字",
  sealed: "报告已签名，不能再改",
  photo: "请拍成 JPEG 或 PNG 照片",
  agent: "采集程序不能启动",
  watch: "设备暂时不能读取",
  request: "填写的内容格式不对",
};

/** What the search is not sure of. @type {Record<string, string>} */
const DOUBTS = {
  "it does not say who it is: the dialect was not proved by its serial": "没有说出编号，方言未经编号核对",
  "the tax device is not initialised": "税控装置未初始化",
  "no fuelling is stored: the dialect is a guess until the first sale": "还没有加油记录，方言待第一笔加油核对",
  "no nozzle states a grand total": "没有油枪报出总累",
  "it answers, but none of the profiles fits: write one, see docs/profiles.md":
    "有应答，但没有合适的描述文件，请联系技术支持",
  "the console answers, but states no tank's level": "控制台有应答，但没有液位",
};

/** @param {string} doubt */
export function doubtText(doubt) {
  return currentLanguage() === "zh" ? (DOUBTS[doubt] ?? doubt) : doubt;
}

/** A trouble as an element. @param {{ code: string, message: string, cure: string }} trouble */
export function troubleBox({ code, message, cure }) {
  const chinese = currentLanguage() === "zh" ? CHINESE[code] : undefined;
  const said = `${message}${cure ? `. ${cure}` : ""}`;
  return el("div", "trouble", el("strong", "", chinese ?? said), chinese ? el("small", "", said) : null);
}

/** Shows a trouble for a while. @param {any} error */
export function showTrouble(error) {
  const place = /** @type {HTMLElement} */ (document.getElementById("notice"));
  const said = { code: error.code ?? "page", message: String(error.message ?? error), cure: error.cure ?? "" };
  place.replaceChildren(troubleBox(said));
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    place.hidden = true;
  }, 7_000);
}

/** Whoever goes on has read it. */
document.addEventListener("input", () => {
  /** @type {HTMLElement} */ (document.getElementById("notice")).hidden = true;
});

/** @type {any} */
let hiding;
