/** Open flags by the department that they are for: how many of each severity. */
import { useQuery } from "@tanstack/react-query";
import { openFlagsQuery } from "../../data/queries.ts";
import { phraseFor } from "../../language/language.ts";
import { useSpeech } from "../../language/language-context.tsx";
import { OpenFlags } from "../../parts/marks.tsx";
import { Answer, Nothing } from "../../parts/waiting.tsx";

export function DepartmentFlags() {
  const { t, language } = useSpeech();
  const counts = useQuery(openFlagsQuery);
  return (
    <Answer query={counts}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing text={t("flags.noneOpen")} />
        ) : (
          <ul className="departments">
            {items.map(({ department, ...open }) => (
              <li key={department} data-testid={`department-${department}`}>
                <span>{phraseFor(language, "department", department) ?? department}</span>
                <OpenFlags counts={open} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
