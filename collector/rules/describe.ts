/** The rules in words: what `rules list` and `rules explain` print and what docs/rules.md holds. */
import type { Rule } from "./rule.ts";

/** One line a rule: id, severity, department, title. */
export function listRules(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map((rule) => rule.id.length));
  return rules
    .map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(6)}  ${rule.title.en} ${rule.title.zh}`)
    .join("\n");
}

/** A rule as a section of Markdown. */
export function explainRule(rule: Rule): string {
  const lines = [
    `## \`${rule.id}\` ${rule.title.zh}`,
    "",
    rule.title.en,
    "",
    `- basis: ${rule.basis}`,
    `- department: ${rule.department}; severity: ${rule.severity} or less`,
    `- looks at: ${looksAt(rule)}`,
    `- why it matters: ${rule.why.en} ${rule.why.zh}`,
    `- on site: ${rule.check.en} ${rule.check.zh}`,
  ];
  const parameters = Object.entries(rule.parameters);
  if (parameters.length > 0) {
    lines.push("", "| parameter | default | unit | reason |", "|---|---|---|---|");
    for (const [name, { default: value, unit, why }] of parameters) {
      lines.push(`| \`${name}\` | ${value} | ${unit} | ${why} |`);
    }
  }
  return lines.join("\n");
}

function looksAt(rule: Rule): string {
  const kinds = rule.onRecord === undefined ? Object.keys(rule.on).map((kind) => `\`${kind}\``) : ["every record"];
  const others = [
    rule.onFiling === undefined ? [] : ["filings"],
    rule.onWetstock === undefined ? [] : ["the book of each tank"],
    rule.onTick === undefined ? [] : ["the passing of time"],
    rule.onRefused === undefined ? [] : ["refused batches"],
  ].flat();
  return [...kinds, ...others].join(", ");
}

/** The whole catalogue as a page. */
export function ruleCatalogue(rules: readonly Rule[]): string {
  const head = `# Rules 疑点规则目录

A rule looks at what one station's gateways recorded and at what was filed about the station, and raises flags. A flag
is a reason to look, with its evidence; it is no proof of guilt. Parameters can be set in the collector's configuration
under \`rules:\`, by the rule's id.

规则依据网关记录与备案资料提出疑点。疑点是核查的理由和证据，不是定性结论。

This page is made by \`npm run --silent collector -- rules catalogue > docs/rules.md\`. Do not edit it by hand.
`;
  return `${[head, ...rules.map(explainRule)].join("\n\n").replace("\n\n\n", "\n\n")}\n`;
}
