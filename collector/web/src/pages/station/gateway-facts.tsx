/**
 * The gateway of a station: when it was last heard, how far its journal has come, and what it has yet to send.
 */
import type { GatewayStatus } from "../../../../api/schemas.ts";
import { formatCount } from "../../format/number.ts";
import { MISSING } from "../../format/quantity.ts";
import { formatDateTime } from "../../format/time.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Facts } from "../../parts/facts.tsx";
import { StationStateMark } from "../../parts/marks.tsx";

export function GatewayFacts({ gateway }: { gateway: GatewayStatus }) {
  const { t } = useSpeech();
  const backlog = gateway.unacknowledged;
  return (
    <div className="gateway" data-testid={`gateway-${gateway.id}`}>
      <div className="gateway-head">
        <span className="code">{gateway.id}</span>
        <StationStateMark state={gateway.state} />
      </div>
      <Facts
        className="facts-two"
        facts={[
          { key: "heard", label: t("gateway.lastHeard"), value: formatDateTime(gateway.lastHeardAt) },
          { key: "version", label: t("gateway.version"), value: gateway.version ?? MISSING },
          { key: "seq", label: t("gateway.lastSeq"), value: formatCount(gateway.lastSeq) },
          {
            key: "backlog",
            label: t("gateway.unacknowledged"),
            value: backlog === null ? MISSING : formatCount(backlog),
          },
        ]}
      />
      <p className="gateway-hash">
        <span className="faint">{t("gateway.lastHash")}</span> <span className="code">{gateway.lastHash}</span>
      </p>
    </div>
  );
}
