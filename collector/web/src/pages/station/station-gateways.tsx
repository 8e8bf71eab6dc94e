/** The gateways of a station with the devices on their lines, and how far the chain of each has come. */
import { useQuery } from "@tanstack/react-query";
import type { GatewayView } from "../../../../api/device-schemas.ts";
import type { GatewayStatus } from "../../../../api/schemas.ts";
import { get } from "../../data/client.ts";
import { formatCount } from "../../format/number.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import "../devices/devices.css";
import { GatewayCard } from "../devices/gateway-card.tsx";

export function StationGateways({ station, chains }: { station: string; chains: GatewayStatus[] }) {
  const { t } = useSpeech();
  const gateways = useQuery({
    queryKey: ["devices", station],
    queryFn: () => get<{ items: GatewayView[] }>("/devices", { station }),
  });
  return (
    <Answer query={gateways}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing text={t("station.noGateways")} />
        ) : (
          items.map((gateway) => (
            <div key={gateway.gateway} className="gateway">
              <GatewayCard gateway={gateway} nowMs={Date.now()} />
              <Chain chain={chains.find(({ id }) => id === gateway.gateway)} />
            </div>
          ))
        )
      }
    </Answer>
  );
}

function Chain({ chain }: { chain: GatewayStatus | undefined }) {
  const { t } = useSpeech();
  if (chain === undefined) return null;
  return (
    <p className="gateway-hash">
      <span className="faint">
        {t("gateway.lastSeq")} {formatCount(chain.lastSeq)} · {t("gateway.lastHash")}
      </span>{" "}
      <span className="code">{chain.lastHash}</span>
    </p>
  );
}
