/** Linear least squares with prior knowledge, on normal equations: small, dense, symmetric. */

/** A symmetric matrix, its lower triangle row by row. */
export type Triangle = Float64Array;

/** Where row `i`, column `j` (`j <= i`) stands in a triangle. */
export function place(i: number, j: number): number {
  return (i * (i + 1)) / 2 + j;
}

/** Length of the triangle of an n × n matrix. */
export function triangleLength(n: number): number {
  return (n * (n + 1)) / 2;
}

export interface Solution {
  /** the unknowns */
  mean: Float64Array;
  /** their covariance for unit noise, n × n, row by row */
  covariance: Float64Array;
  /** weighted sum of squares that the data leave, without the prior's part */
  residual: number;
}

/**
 * Solves the normal equations N x = r, where prior information has been added to the diagonal.
 * @param normal n × n triangle, positive definite
 * @param right n
 * @param zz weighted sum of squares of what is explained
 * @returns undefined when the matrix is not positive definite
 */
export function solve(normal: Triangle, right: Float64Array, zz: number): Solution | undefined {
  const n = right.length;
  const lower = cholesky(normal, n);
  if (lower === undefined) return undefined;
  const mean = backward(lower, forward(lower, right, n), n);
  const covariance = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let column = 0; column < n; column += 1) {
    unit.fill(0);
    unit[column] = 1;
    const solved = backward(lower, forward(lower, unit, n), n);
    for (let row = 0; row < n; row += 1) covariance[row * n + column] = solved[row]!;
  }
  let explained = 0;
  for (let row = 0; row < n; row += 1) explained += mean[row]! * right[row]!;
  return { mean, covariance, residual: Math.max(0, zz - explained) };
}

function cholesky(normal: Triangle, n: number): Triangle | undefined {
  const lower = new Float64Array(triangleLength(n));
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = normal[place(i, j)]!;
      for (let k = 0; k < j; k += 1) sum -= lower[place(i, k)]! * lower[place(j, k)]!;
      if (i !== j) lower[place(i, j)] = sum / lower[place(j, j)]!;
      else if (sum > 0) lower[place(i, i)] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

function forward(lower: Triangle, right: Float64Array, n: number): Float64Array {
  const solved = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = right[i]!;
    for (let k = 0; k < i; k += 1) sum -= lower[place(i, k)]! * solved[k]!;
    solved[i] = sum / lower[place(i, i)]!;
  }
  return solved;
}

function backward(lower: Triangle, right: Float64Array, n: number): Float64Array {
  const solved = new Float64Array(n);
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = right[i]!;
    for (let k = i + 1; k < n; k += 1) sum -= lower[place(k, i)]! * solved[k]!;
    solved[i] = sum / lower[place(i, i)]!;
  }
  return solved;
}
