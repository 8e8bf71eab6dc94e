/** The tasks of the procedure: whose they are, and who did them. */
import { Button, Input } from "antd";
import { useState } from "react";
import type { CaseDetail } from "../../../../api/case-schemas.ts";
import { useCaseTask } from "../../data/cases.ts";
import { formatDateTime } from "../../format/time.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { Refusal } from "../../parts/refusal.tsx";

type Task = CaseDetail["tasks"][number];

export function CaseTasks({ one }: { one: CaseDetail }) {
  const mayDo = one.possible.includes("task");
  return (
    <ul className="case-tasks">
      {one.tasks.map((task) => (
        <TaskLine key={task.id} task={task} one={one} mayDo={mayDo} />
      ))}
    </ul>
  );
}

function TaskLine({ task, one, mayDo }: { task: Task; one: CaseDetail; mayDo: boolean }) {
  const { t, language } = useSpeech();
  const [note, setNote] = useState("");
  const done = useCaseTask(one.id);
  const department = phraseFor(language, "department", task.department) ?? task.department;
  return (
    <li className={task.doneAt === null ? "" : "done"}>
      <div>
        <span aria-hidden="true">{task.doneAt === null ? "○" : "✓"}</span> {task.text[language]}
        <small className="faint">{department}</small>
      </div>
      {task.doneAt !== null && (
        <p className="faint">
          {task.doneBy} {formatDateTime(task.doneAt)} {task.note}
        </p>
      )}
      {task.doneAt === null && mayDo && (
        <div className="case-task-form">
          <Input
            size="small"
            aria-label={t("case.taskNote")}
            placeholder={t("case.taskNote")}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
          <Button
            size="small"
            loading={done.isPending}
            onClick={() => done.mutate({ task: task.id, after: one.after, ...(note === "" ? {} : { note }) })}
          >
            {t("case.taskDone")}
          </Button>
        </div>
      )}
      {done.error !== null && <Refusal error={done.error} />}
    </li>
  );
}
