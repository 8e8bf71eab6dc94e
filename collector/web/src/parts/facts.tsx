/**
 * Named values as a description list.
 */
import type { ReactNode } from "react";

export interface Fact {
  key: string;
  label: string;
  value: ReactNode;
}

export function Facts({ facts, className = "" }: { facts: Fact[]; className?: string }) {
  return (
    <dl className={`facts ${className}`}>
      {facts.map((fact) => (
        <div key={fact.key}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
