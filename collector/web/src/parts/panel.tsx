/**
 * A titled part of a screen.
 */
import { type ReactNode, useId } from "react";

export function Panel(props: { title: string; note?: ReactNode; className?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={`panel ${props.className ?? ""}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <div className="panel-note">{props.note}</div>}
      </div>
      {props.children}
    </section>
  );
}
