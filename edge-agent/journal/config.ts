/** The part of the configuration that says how long records are kept and how much room they may take. */
import { type Static, Type } from "typebox";

export const JournalConfigSchema = Type.Object(
  {
    keepDays: Type.Integer({
      minimum: 1,
      maximum: 36_500,
      default: 90,
      description: "acknowledged records are kept so many days of running time",
    }),
    budgetMb: Type.Integer({
      minimum: 16,
      maximum: 1_000_000,
      default: 4_096,
      description: "room that the journal may use; beyond it acknowledged records go earlier, then levels are thinned",
    }),
    minFreeMb: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 200,
      description: "room on the disk below which the same is done",
    }),
    thinnedLevelMs: Type.Integer({
      minimum: 60_000,
      maximum: 86_400_000,
      default: 1_800_000,
      description: "while levels are thinned, one of each tank is kept this often",
    }),
  },
  { additionalProperties: false, default: {} },
);
export type JournalConfig = Static<typeof JournalConfigSchema>;
