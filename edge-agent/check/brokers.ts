/** Checks the way to each broker: its name, its port, and the TLS handshake. */
import { lookup } from "node:dns/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { readTlsFiles, type TlsFiles } from "../uplink/tls-files.ts";
import { bad, type Check, type Finding, good, type Text } from "./finding.ts";

const DEADLINE_MS = 5_000;
const DEFAULT_PORTS: Record<string, number> = { "mqtt:": 1_883, "mqtts:": 8_883 };

/** How far the way was open: the step that failed with its error, or how long all took. */
export type BrokerProbe = { failed: "name" | "port" | "handshake"; error: string } | { tookMs: number };

const CURES: Record<"name" | "port" | "handshake", Text> = {
  name: {
    zh: "检查域名、DNS 服务器和网络（SIM 卡、网线）",
    en: "look at the name, the DNS server and the network (SIM card, cable)",
  },
  port: {
    zh: "检查地址、端口和防火墙；询问运维人员采集服务是否在运行",
    en: "look at address, port and firewall; ask the operator whether the collector runs",
  },
  handshake: {
    zh: "检查 caFile 是否为运维人员给的证书、网关证书是否有效、时钟是否正确",
    en: "look whether caFile is the operator's, whether the gateway's certificate is valid, and whether the clock is right",
  },
};
const STEPS: Record<"name" | "port" | "handshake", Text> = {
  name: { zh: "域名解析失败", en: "the name cannot be resolved" },
  port: { zh: "端口连不上", en: "the port cannot be reached" },
  handshake: { zh: "TLS 握手失败", en: "the TLS handshake failed" },
};

/** Pure. */
export function judgeBroker(probe: BrokerProbe, isEncrypted: boolean): Pick<Finding, "verdict" | "seen" | "cure"> {
  if ("failed" in probe) {
    const { zh, en } = STEPS[probe.failed];
    return bad("fail", { zh: `${zh}：${probe.error}`, en: `${en}: ${probe.error}` }, CURES[probe.failed]);
  }
  const ms = Math.round(probe.tookMs);
  return isEncrypted
    ? good(`TLS 握手成功，用时 ${ms} 毫秒`, `the TLS handshake succeeded in ${ms} ms`)
    : good(`端口可连，用时 ${ms} 毫秒，未加密`, `the port answers in ${ms} ms, without encryption`);
}

export const brokersCheck: Check = {
  name: "broker",
  run: ({ config }) =>
    Promise.all(
      config.collector.brokers.map(async (broker) => ({
        check: "broker",
        subject: broker,
        ...judgeBroker(await probeBroker(broker, config.collector.tls), broker.startsWith("mqtts:")),
      })),
    ),
};

async function probeBroker(broker: string, tls: TlsFiles | undefined): Promise<BrokerProbe> {
  const { protocol, hostname, port } = new URL(broker);
  const host = hostname.replace(/^\[|\]$/g, "");
  const startedAt = performance.now();
  let step: "name" | "port" | "handshake" = "name";
  try {
    await lookup(host);
    step = "port";
    const tcp = connectTcp({ host, port: Number(port || DEFAULT_PORTS[protocol]) });
    await settled(tcp, "connect");
    if (protocol === "mqtts:") {
      step = "handshake";
      const material = tls === undefined ? undefined : readTlsFiles(tls);
      const files = material?.ok ? material.value : undefined;
      const secure = connectTls({ socket: tcp, host, servername: host, ...(files ?? {}) });
      await settled(secure, "secureConnect");
    }
    tcp.destroy();
    return { tookMs: performance.now() - startedAt };
  } catch (error) {
    return { failed: step, error: (error as Error).message };
  }
}

function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (error?: Error) => {
      clearTimeout(timer);
      if (error === undefined) return resolve();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => give(new Error(`no answer within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS);
    socket.once(event, () => give());
    socket.on("error", give);
  });
}
