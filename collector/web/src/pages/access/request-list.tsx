/**
 * Requests for access: those of one's unit, those to decide, those to carry out.
 */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { accessRequestsQuery } from "../../data/admin-queries.ts";
import { useMay } from "../../data/session.tsx";
import { useSpeech } from "../../language/language-context.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";
import { RequestCard } from "./request-card.tsx";
import { RequestForm } from "./request-form.tsx";

export function RequestList() {
  const { t } = useSpeech();
  const mayAsk = useMay("access:request");
  const [asking, setAsking] = useState(false);
  const requests = useQuery(accessRequestsQuery);
  return (
    <>
      {mayAsk && !asking && (
        <p className="acts">
          <Button type="primary" onClick={() => setAsking(true)} data-testid="new-request">
            {t("access.new")}
          </Button>
        </p>
      )}
      {asking && <RequestForm close={() => setAsking(false)} />}
      <Answer query={requests}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={t("access.none")} />
          ) : (
            <div className="cards">
              {items.map((request) => (
                <RequestCard key={request.id} request={request} />
              ))}
            </div>
          )
        }
      </Answer>
    </>
  );
}
