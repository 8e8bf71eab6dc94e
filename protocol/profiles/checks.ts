/** What the schema cannot say about a profile: points that contradict themselves, each other or the device. */
import { checkConditions } from "./check-conditions.ts";
import type { ProfileFault, ProfilePath } from "./errors.ts";
import { registersOf } from "./layout.ts";
import { DEFAULT_MAX_REGISTERS_PER_READ } from "./plan.ts";
import type { Block, DeviceProfile, Point } from "./schema.ts";

interface Located {
  readonly point: Point;
  readonly path: ProfilePath;
}

const numeric = new Set<Point["type"]>(["uint16", "int16", "uint32", "int32", "float32"]);

function fault(path: ProfilePath, found: string, expected: string, cure: string): ProfileFault {
  return { code: "meaning", path, found, expected, cure };
}

/** Faults of a profile that already fits the schema; none when it can be used. */
export function checkMeaning(profile: DeviceProfile): ProfileFault[] {
  const blocks = profile.blocks ?? [];
  const single: Located[] = (profile.read ?? []).map((point, index) => ({ point, path: ["read", index] }));
  const repeated: Located[][] = blocks.map((block, at) =>
    block.points.map((point, index) => ({ point, path: ["blocks", at, "points", index] })),
  );
  const points = [...single, ...repeated.flat()];
  const most = profile.limits?.maxRegistersPerRead ?? DEFAULT_MAX_REGISTERS_PER_READ;
  const none = fault([], "the profile has no point", "at least one point", 'list points under "read" or "blocks"');
  return [
    ...(points.length === 0 ? [none] : []),
    ...duplicateNames(points),
    ...overlappingBits(points),
    ...points.flatMap((located) => [
      ...checkNumber(located),
      ...checkType(located),
      ...checkMissing(located),
      ...checkExtent(located, most),
    ]),
    ...[single, ...repeated].flatMap((siblings) => checkConditions(siblings)),
    ...blocks.flatMap((block, at) => checkBlock(block, ["blocks", at])),
  ];
}

function duplicateNames(points: readonly Located[]): ProfileFault[] {
  const seen = new Set<string>();
  return points.flatMap(({ point, path }) => {
    const known = seen.has(point.point);
    seen.add(point.point);
    const found = `a point named "${point.point}" stands further up`;
    return known ? [fault([...path, "point"], found, "each name once", "rename or remove one of the two")] : [];
  });
}

function overlappingBits(points: readonly Located[]): ProfileFault[] {
  const taken = new Map<string, string>();
  return points.flatMap(({ point, path }) => {
    const names = new Set<string>();
    return Object.entries(point.bits ?? {}).flatMap(([bit, name]) => {
      const key = bitPlace(point, Number(bit));
      const owner = taken.get(key);
      taken.set(key, `${point.point}.${name}`);
      const twice = names.has(name);
      names.add(name);
      const place = [...path, "bits", bit];
      if (owner) return [fault(place, `bit ${bit} is already ${owner}`, "each bit once", "remove one of the two")];
      return twice ? [fault(place, `"${name}" names two bits`, "each name once", "give the bits different names")] : [];
    });
  });
}

/** The register and the bit within it where a numbered bit of a point really lies. */
function bitPlace(point: Point, bit: number): string {
  const registers = registersOf(point);
  // The last register of a 32-bit field holds its low bits; a low-first word order turns that round.
  const word = Math.floor(bit / 16);
  const register = point.at + (point.words === "low-first" ? word : registers - 1 - word);
  const within = point.bytes === "low-first" ? (bit + 8) % 16 : bit % 16;
  return `${point.fn}:${register}:${within}`;
}

function checkNumber({ point, path }: Located): ProfileFault[] {
  const faults: ProfileFault[] = [];
  if (numeric.has(point.type) && !point.unit) {
    const cure = "add a unit, e.g. mm, degC, L, percent or count";
    faults.push(fault(path, `a ${point.type} without unit`, "a unit", cure));
  }
  for (const field of ["unit", "scale", "valid"] as const) {
    if (!numeric.has(point.type) && point[field] !== undefined) {
      const cure = `remove "${field}" or give the point a numeric type`;
      faults.push(fault([...path, field], `a ${point.type} has no ${field}`, `no ${field}`, cure));
    }
  }
  if (point.valid && point.valid[0] > point.valid[1]) {
    const found = `the least value ${point.valid[0]} is above the greatest ${point.valid[1]}`;
    faults.push(fault([...path, "valid"], found, "[least, greatest]", "swap the two numbers"));
  }
  return faults;
}

function checkType({ point, path }: Located): ProfileFault[] {
  const faults: ProfileFault[] = [];
  const demand = (field: "length" | "bits" | "values", wanted: boolean, cure: string) => {
    const present = point[field] !== undefined;
    if (wanted && !present) faults.push(fault(path, `a ${point.type} without ${field}`, field, cure));
    if (!wanted && present) {
      const remove = `remove "${field}" or change the type`;
      faults.push(fault([...path, field], `a ${point.type} has no ${field}`, `no ${field}`, remove));
    }
  };
  demand("length", point.type === "ascii", "add the number of registers, e.g. length: 4");
  demand("bits", point.type === "bits16" || point.type === "bits32", "name the bits, e.g. bits: { 0: leak }");
  demand("values", point.type === "enum16", "name the codes, e.g. values: { 0: closed, 1: open }");
  if ((point.fn === 1 || point.fn === 2) && point.type !== "bool") {
    const cure = "use type bool, or function 3 or 4 for registers";
    faults.push(fault([...path, "type"], `function ${point.fn} reads single bits`, "bool", cure));
  }
  if (point.words && (point.type === "ascii" || registersOf(point) !== 2)) {
    const found = `a ${point.type} has no word order`;
    faults.push(fault([...path, "words"], found, "a 32-bit type", 'remove "words", or use "bytes" for bytes'));
  }
  const width = 16 * registersOf(point);
  for (const bit of Object.keys(point.bits ?? {})) {
    if (Number(bit) < width) continue;
    const cure = "bit 0 is the lowest";
    faults.push(fault([...path, "bits", bit], `a ${point.type} has no bit ${bit}`, `0 to ${width - 1}`, cure));
  }
  for (const code of Object.keys(point.values ?? {})) {
    if (Number(code) <= 0xffff) continue;
    const found = `code ${code} does not fit into a register`;
    faults.push(fault([...path, "values", code], found, "0 to 65535", "correct the code"));
  }
  return faults;
}

function checkMissing({ point, path }: Located): ProfileFault[] {
  const codes = [point.missing ?? []].flat();
  const place = [...path, "missing"];
  if (codes.length > 0 && (point.type === "ascii" || point.type === "bool")) {
    const found = `a ${point.type} has no missing code`;
    return [fault(place, found, "no missing", 'remove "missing"; text of 0x00 or 0xFF only is missing by itself')];
  }
  if (point.type === "float32") return [];
  const limit = 2 ** (16 * registersOf(point));
  return codes
    .filter((code) => !Number.isInteger(code) || code < -limit / 2 || code >= limit)
    .map((code) => {
      const expected = `a whole number that fits into ${16 * registersOf(point)} bits`;
      return fault(place, `${code} is no raw code of a ${point.type}`, expected, "give the code before scaling");
    });
}

function checkExtent({ point, path }: Located, most: number): ProfileFault[] {
  const count = registersOf(point);
  const faults: ProfileFault[] = [];
  if (count > most) {
    const found = `the point takes ${count} registers, one read fetches ${most}`;
    faults.push(fault(path, found, `at most ${most} registers`, "raise limits.maxRegistersPerRead or split the point"));
  }
  if (point.at + count > 65_536) {
    const expected = "all registers below address 65536";
    faults.push(fault([...path, "at"], "the point runs past the last address", expected, "correct the address"));
  }
  return faults;
}

function checkBlock(block: Block, path: ProfilePath): ProfileFault[] {
  const faults: ProfileFault[] = [];
  for (const fn of new Set(block.points.map((point) => point.fn))) {
    const points = block.points.filter((point) => point.fn === fn);
    const first = Math.min(...points.map((point) => point.at));
    const end = Math.max(...points.map((point) => point.at + registersOf(point)));
    if (block.count > 1 && end - first > block.stride) {
      const found = `one ${block.per} takes ${end - first} registers, the next begins after ${block.stride}`;
      faults.push(fault([...path, "stride"], found, `at least ${end - first}`, "correct the stride or the addresses"));
    }
    if (end + (block.count - 1) * block.stride > 65_536) {
      const found = `${block.per} ${block.count} runs past the last address`;
      faults.push(fault([...path, "count"], found, "all registers below 65536", "correct count, stride or addresses"));
    }
  }
  return faults;
}
