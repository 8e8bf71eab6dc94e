/** The colours of everything that is set on paper. */
export const INK = "#1c2430";
export const FAINT = "#66707f";
export const RULE = "#c9d0d9";
export const SHADE = "#f1f4f7";
