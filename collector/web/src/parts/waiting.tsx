/**
 * What a screen shows while it has nothing else to show: loading, nothing there, or why there is no answer.
 */
import type { UseQueryResult } from "@tanstack/react-query";
import { Alert, Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { ApiError } from "../data/client.ts";
import { useSpeech } from "../language/language-context.tsx";

export function Loading() {
  const { t } = useSpeech();
  return (
    <div className="waiting" role="status" aria-label={t("common.loading")}>
      <Skeleton active paragraph={{ rows: 4 }} />
    </div>
  );
}

/** @param children what can be done about it */
export function Nothing({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="nothing">
      <p>{text}</p>
      {children}
    </div>
  );
}

/**
 * Shows the answer of a question, or that it is under way, or why there is none.
 * @param notFound what to say when the API knows no such thing
 */
export function Answer<Data>(props: {
  query: Pick<UseQueryResult<Data>, "data" | "isPending" | "error"> & { refetch: () => unknown };
  notFound?: string;
  children: (data: Data) => ReactNode;
}) {
  const { query, notFound, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.isPending && query.error === null) return <Loading />;
  return <Refusal error={query.error} notFound={notFound} retry={() => void query.refetch()} />;
}

function Refusal(props: { error: Error | null; notFound: string | undefined; retry: () => void }) {
  const { t } = useSpeech();
  const problem = props.error instanceof ApiError ? props.error.problem : undefined;
  if (problem?.status === 404 && props.notFound !== undefined) return <Nothing text={props.notFound} />;
  if (problem?.status === 403) return <Nothing text={t("error.notPermitted")} />;
  const words = problem === undefined ? [t("error.network")] : [problem.title, problem.detail, problem.cure];
  return (
    <Alert
      type="error"
      showIcon
      title={t("error.title")}
      description={words.filter((word) => word !== undefined && word !== "").join(" ")}
      action={
        <Button size="small" onClick={props.retry}>
          {t("common.retry")}
        </Button>
      }
    />
  );
}
