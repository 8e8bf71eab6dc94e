/** The installation as questions in a terminal, in Chinese and English: the steps of the box's page, one after another. */
import { confirm, isCancel, log, note, password, select, spinner, text } from "@clack/prompts";
import type { NozzlePlace, Places, SealPlace, TankPlace } from "@forecourt/protocol/commission/answers.ts";
import type { FoundDevice, FoundItem } from "@forecourt/protocol/commission/found.ts";
import type { CommissionView } from "@forecourt/protocol/commission/live.ts";
import type { Trouble } from "@forecourt/protocol/commission/state.ts";
import { fail, type Result } from "@forecourt/protocol/result.ts";
import type { BoxClient } from "./client.ts";
import { type Surroundings, until } from "./unattended.ts";

type Outcome = Result<CommissionView, Trouble>;

interface Talk {
  client: BoxClient;
  around: Surroundings;
}

class GivenUp extends Error {}

const LONG_MS = 24 * 3_600_000;
const DRAW_MS = 180_000;
const LOOK_MS = 500;

/** Asks until the report is filed or waits for the collector. Given up at any point, it goes on there the next time. */
export async function installByAsking(client: BoxClient, around: Surroundings): Promise<Outcome> {
  const talk = { client, around };
  const steps = { lines, places, site, enrol, "self-test": selfTest, report } as const;
  try {
    for (;;) {
      const view = await client.view();
      if (!view.ok) return view;
      const open = view.value.steps.find(({ standing }) => standing === "open")?.step;
      if (view.value.finished || open === undefined) {
        note(view.value.finished ? "安装完成 · installed" : "其余由网关自行完成 · the box does the rest by itself");
        return view;
      }
      const done = await steps[open](talk, view.value);
      // A refusal is told, and the step asked again.
      if (!done.ok) log.error(`${done.error.message}. ${done.error.cure}`);
    }
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    return fail({ code: "given-up", message: "given up", cure: "start again: the box goes on where it stopped" });
  }
}

async function lines({ client, around }: Talk, view: CommissionView): Promise<Outcome> {
  if (view.state.lines === null || !view.search.isRunning) {
    const tcp = await say("网络上的液位仪或串口服务器（地址:端口，空格分隔，没有则留空） · gauges in the network", "");
    const thorough = await yes("彻底搜索（每个地址都问，慢） · search thoroughly", false);
    const started = await client.put("search", { tcp: tcp.split(/\s+/).filter(Boolean), thorough });
    if (!started.ok) return started;
  }
  const progress = spinner();
  progress.start("正在搜索线路 · searching");
  const found = await until(client, around, LONG_MS, (now) => !now.search.isRunning);
  progress.stop("搜索结束 · searched");
  if (!found.ok) return found;
  const rows = (found.value.state.lines?.found ?? []).map(({ serial, tcp, devices, trouble }) => {
    const what = devices.map(({ device, title, factorySerial }) => `${device}: ${factorySerial ?? title}`).join("\n  ");
    return `${serial ?? tcp}\n  ${trouble ?? (what || "没有应答 · nothing answers")}`;
  });
  note(rows.join("\n"), "找到的设备 · found");
  return (await yes("是否齐全？ · is this all", true)) ? client.put("lines", { accepted: true }) : found;
}

async function places(talk: Talk, view: CommissionView): Promise<Outcome> {
  const found = (view.state.lines?.found ?? []).flatMap(({ devices }) => devices);
  const said: Places = structuredClone(view.state.places.answers);
  const keep = () => talk.client.put("places", { answers: said, done: false });
  for (const device of found.filter(({ items }) => items.some(({ kind }) => kind === "tank"))) {
    for (const item of device.items.filter((one) => isOpen(said, one))) {
      said.tanks.push(await tankPlace(device, item));
      await keep();
    }
  }
  for (const device of found.filter(({ driver }) => driver === "tax-port")) {
    const open = () => device.items.filter((one) => isOpen(said, one));
    if (open().length === 0) continue;
    const dispenser = await say(
      `${device.factorySerial ?? device.device} 是几号加油机？ · number of the dispenser`,
      "1",
    );
    said.devices = [
      ...said.devices.filter((one) => one.device !== device.device),
      { device: device.device, name: `tax-${dispenser}` },
    ];
    while (open().length > 0) {
      said.nozzles.push(await nozzlePlace(talk, open(), { dispenser, tanks: said.tanks }));
      for (const { tank, grade } of said.nozzles) {
        if (said.tanks.some((one) => one.tank === tank)) continue;
        said.tanks.push({ item: null, tank, grade, displayLevelUm: null, confirmedBy: null });
      }
      await keep();
    }
  }
  for (const device of found.filter(({ items }) => items.some(({ kind }) => kind === "seal"))) {
    for (const item of device.items.filter((one) => isOpen(said, one))) {
      said.seals.push(await sealPlace(talk, item));
      await keep();
    }
  }
  const done = await talk.client.put("places", { answers: said, done: true });
  if (!done.ok && (await yes("重新回答这一步？ · answer this step anew", true))) {
    await talk.client.put("places", { answers: { devices: [], nozzles: [], tanks: [], seals: [] }, done: false });
  }
  return done;
}

function isOpen({ nozzles, tanks, seals }: Places, { item }: FoundItem): boolean {
  return ![...nozzles, ...tanks, ...seals].some((one) => one.item === item);
}

async function tankPlace({ device }: FoundDevice, { item, number, levelUm, volumeCl }: FoundItem): Promise<TankPlace> {
  const shown = `${((levelUm ?? 0) / 1_000).toFixed(1)} mm, ${((volumeCl ?? 0) / 100).toFixed(0)} L`;
  const tank = await say(`${device} 第 ${number} 罐（${shown}）编号 · tank`, `T${number}`, /^T[0-9]{1,2}$/);
  const grade = await say(`${tank} 油品 · grade`, "92#");
  const display = await say(
    `${tank} 液位仪显示屏上的液位 mm（没看则留空） · level on the display`,
    "",
    /^([0-9]+(\.[0-9]+)?)?$/,
  );
  const displayLevelUm = display === "" ? null : Math.round(Number(display) * 1_000);
  return { item, tank, grade, displayLevelUm, confirmedBy: displayLevelUm === null ? null : "display-compared" };
}

async function nozzlePlace(
  { client, around }: Talk,
  open: readonly FoundItem[],
  { dispenser, tanks }: { dispenser: string; tanks: readonly TankPlace[] },
): Promise<NozzlePlace> {
  const drawn = await yes("现在用一支油枪加 1 升，由网关看是哪一支？ · draw a litre now", true);
  const moved = drawn ? await whichMoved(client, around, open) : undefined;
  const item =
    moved ??
    (await pick(
      "哪一个总累与加油机显示一致？ · whose total is on the dispenser's display",
      open.map((one) => ({ value: one, label: `${((one.volumeCl ?? 0) / 100).toFixed(2)} L`, hint: one.item })),
    ));
  const nozzle = await say("油枪编号 · nozzle", "", /^N[0-9]{2}$/);
  const tank = await say("由哪个油罐供油 · tank", tanks[0]?.tank ?? "T1", /^T[0-9]{1,2}$/);
  const grade = tanks.find((one) => one.tank === tank)?.grade ?? (await say("油品 · grade", "92#"));
  const confirmedBy = moved === undefined ? "total-compared" : "litre-drawn";
  return { item: item.item, nozzle, dispenser, grade, tank, confirmedBy };
}

async function sealPlace({ client, around }: Talk, { item, serial, state }: FoundItem): Promise<SealPlace> {
  const number = await say(
    `铅封 ${item}（${state ?? "?"}，芯片 ${serial ?? "?"}）：印刷编号 · number printed on it`,
    serial ?? "",
  );
  const seal = await say("铅封代号 · seal", "", /^S[0-9]{2,3}$/);
  const place = await say("位置（board-box, encoder, tank-lid …） · place", "board-box");
  const of = await say("保护对象（tax-1, N01, T1 …） · what it protects", "tax-1");
  const pressed = await yes("按测试键核对？ · press its test button", false);
  const found = {
    item,
    number: 0,
    kind: "seal",
    serial,
    state,
    volumeCl: null,
    amountFen: null,
    levelUm: null,
  } as const;
  const moved = pressed ? await whichMoved(client, around, [found]) : undefined;
  return { item, seal, number, place, of, confirmedBy: moved === undefined ? null : "test-button" };
}

/** Waits until one of these moves. */
async function whichMoved(
  client: BoxClient,
  { wait, now }: Surroundings,
  items: readonly FoundItem[],
): Promise<FoundItem | undefined> {
  const look = spinner();
  look.start("等待变化 · waiting for it to move");
  const live = await client.live();
  const since = live.ok ? live.value.now : 0;
  const endsAt = now() + DRAW_MS;
  while (now() < endsAt) {
    const [view, seen] = [await client.view(), await client.live()];
    if (view.ok && seen.ok) {
      const moved = items.find(({ item }) =>
        seen.value.items.some(({ name, movedAt }) => name === view.value.names[item] && (movedAt ?? 0) > since),
      );
      if (moved !== undefined) {
        look.stop(`是它 · it is ${moved.item}`);
        return moved;
      }
    }
    await wait(LOOK_MS);
  }
  look.stop("没有变化 · nothing moved");
  return undefined;
}

async function site({ client }: Talk): Promise<Outcome> {
  const power = await pick("供电 · power", options("mains", "mains-and-battery", "generator", "solar"));
  const network = await pick("网络 · network", options("cable", "mobile", "wifi"));
  const budget = network === "mobile" ? await say("每月流量 MB（不限则留空） · data a month", "", /^[0-9]*$/) : "";
  return client.put("site", { power, network, budgetMb: budget === "" ? null : Number(budget), note: "" });
}

async function enrol({ client, around }: Talk, view: CommissionView): Promise<Outcome> {
  if (view.state.enrol.trouble !== null) log.warn(view.state.enrol.trouble.message);
  const collector = await say("采集服务地址 · the collector's address", "https://", /^https?:\/\/[^\s/]+\/?$/);
  const station = await say("站点编号 · station", "", /^[0-9]{6}-[0-9]{4}$/);
  const code = answered(await password({ message: "入网码（十个字符） · one-time code" }));
  const ordered = await client.put("enrolment", { collector, station, code });
  if (!ordered.ok) return ordered;
  return until(client, around, 60_000, ({ state }) => state.enrol.doneAt !== null || state.enrol.trouble !== null);
}

async function selfTest({ client, around }: Talk, view: CommissionView): Promise<Outcome> {
  const waiting = view.expected.filter((nozzle) => !view.state.selfTest.tested.some((one) => one.nozzle === nozzle));
  note(`请在每支油枪上各加一点油 · sell a little at each nozzle: ${waiting.join(" ")}`);
  const look = spinner();
  look.start("等待流水与确认 · waiting for sales and receipts");
  const done = await until(client, around, DRAW_MS, (now) => {
    const proved = now.state.selfTest.tested.filter(({ receipt }) => receipt !== null).map(({ nozzle }) => nozzle);
    look.message(`已确认 · proved: ${proved.join(" ") || "–"}`);
    return now.state.selfTest.doneAt !== null;
  });
  look.stop("自检 · self-test");
  if (done.ok || done.error.code !== "time") return done;
  if (!(await yes("有油枪今天不能测试？ · leave a nozzle out", false))) return client.view();
  const nozzle = await say("油枪 · nozzle", waiting[0] ?? "", /^N[0-9]{2}$/);
  return client.put("skipped", { nozzle, reason: await say("原因 · why", "", /^.{3,200}$/) });
}

async function report({ client, around }: Talk): Promise<Outcome> {
  const stationName = await say("加油站名称 · name of the station", "", /./);
  const creditCode = await say("统一社会信用代码（可留空） · credit code", "", /^([0-9A-Z]{18})?$/);
  const boxSerial = await say("网关设备编号（可留空） · serial of the box", "");
  const name = await say("安装人员姓名 · technician", "", /./);
  const company = await say("单位（可留空） · company", "");
  const remarks = await say("备注（可留空） · remarks", "");
  const told = await client.put("report", {
    ...{ stationName, creditCode: creditCode || null, boxSerial: boxSerial || null, remarks: remarks || null },
    technician: { name, company: company || null, phone: null },
  });
  if (!told.ok) return told;
  note("照片和签字在手机上完成：打开网关页面 · photos and signatures: on the box's page, with a phone");
  const signed = await until(client, around, LONG_MS, ({ state }) =>
    state.report.signatures.some(({ role }) => role === "technician"),
  );
  return signed.ok ? client.put("finish", {}) : signed;
}

function options<const Values extends readonly string[]>(...values: Values) {
  return values.map((value) => ({ value: value as Values[number], label: value }));
}

async function say(message: string, initialValue: string, pattern?: RegExp): Promise<string> {
  const validate = (value: string | undefined) =>
    pattern === undefined || pattern.test((value ?? "").trim()) ? undefined : `格式不对 · expected ${pattern.source}`;
  return answered(await text({ message, initialValue, validate })).trim();
}

async function yes(message: string, initialValue: boolean): Promise<boolean> {
  return answered(await confirm({ message, initialValue }));
}

async function pick<T>(message: string, choices: readonly { value: T; label: string; hint?: string }[]): Promise<T> {
  return answered(await select({ message, options: [...choices] as Parameters<typeof select<T>>[0]["options"] })) as T;
}

/** Ctrl-C ends the talk, and nothing is lost. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new GivenUp();
  return answer as Exclude<T, symbol>;
}
