/**
 * The sales of one station as they come; older ones on demand.
 */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { MAX_ROWS, salesQuery } from "../../data/queries.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { SalesTable } from "../../parts/sales-table.tsx";
import { Answer } from "../../parts/waiting.tsx";

/** Each press shows as many as the next step says, up to what the API gives at once. */
const STEPS = [30, 100, MAX_ROWS];

export function SaleStream({ station }: { station: string }) {
  const { t } = useSpeech();
  const [limit, setLimit] = useState(STEPS[0] ?? MAX_ROWS);
  const sales = useQuery(salesQuery(station, limit));
  const more = STEPS.find((step) => step > limit);
  return (
    <Answer query={sales}>
      {({ items, next }) => (
        <>
          <SalesTable sales={items} withStation={false} />
          {more !== undefined && (next !== null || items.length >= limit) && (
            <div className="more">
              <Button onClick={() => setLimit(more)} loading={sales.isPlaceholderData}>
                {t("common.more")}
              </Button>
            </div>
          )}
        </>
      )}
    </Answer>
  );
}
