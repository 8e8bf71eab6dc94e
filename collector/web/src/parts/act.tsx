/**
 * Doing something that the API may refuse, and saying what came of it.
 */
import { Alert } from "antd";
import { useState } from "react";
import { ApiError } from "../data/client.ts";
import { useSpeech } from "../language/language-context.tsx";

export interface ActOutcome {
  busy: boolean;
  done: boolean;
  error: Error | undefined;
}

const AT_REST: ActOutcome = { busy: false, done: false, error: undefined };

/** @returns runs an act, and what came of the last one */
export function useAct(): [(act: () => Promise<void>) => Promise<void>, ActOutcome] {
  const [outcome, setOutcome] = useState(AT_REST);
  const run = async (act: () => Promise<void>) => {
    setOutcome({ ...AT_REST, busy: true });
    try {
      await act();
      setOutcome({ ...AT_REST, done: true });
    } catch (error) {
      setOutcome({ ...AT_REST, error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  return [run, outcome];
}

/** @param done what to say when it was done; undefined: nothing */
export function Outcome({ of, done }: { of: ActOutcome; done?: string | undefined }) {
  const { t } = useSpeech();
  if (of.error !== undefined) return <Alert type="error" showIcon title={wordsOf(of.error, t("error.network"))} />;
  return of.done && done !== undefined ? <Alert type="success" showIcon title={done} /> : null;
}

function wordsOf(error: Error, unreachable: string): string {
  const problem = error instanceof ApiError ? error.problem : undefined;
  if (problem === undefined) return unreachable;
  return [problem.detail, problem.cure].filter((word) => word !== undefined && word !== "").join(". ");
}
