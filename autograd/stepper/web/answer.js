/** A number as a reader wrote it: how large it is, how far its digits reach, and whether it is as good as another. */

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
const FRACTION = /^([+-]?\d+) *\/ *(\d+)$/;

/** A text as {number, unit of its last digit, significant digits}; of a fraction every digit counts. Null: it is no number. */
export function parsed(text) {
  const plain = text.trim().replace("−", "-");
  const fraction = FRACTION.exec(plain);
  if (fraction) {
    const number = Number(fraction[1]) / Number(fraction[2]);
    return Number.isFinite(number) ? { number, unit: 0, significant: 0 } : null;
  }
  const found = DECIMAL.exec(plain);
  if (!found || !(found[2] || found[3])) return null;
  const [, , whole, part = "", exponent = "0"] = found;
  const number = Number(plain);
  const figures = (whole + part).replace(/^0+/, "").length;
  return Number.isFinite(number) ? { number, unit: Number(`1e${Number(exponent) - part.length}`), significant: number ? Math.max(figures, 1) : 0 } : null;
}

/** How well a number that was written agrees with another: 0 the same, 1 rounded, 2 its last digit off by one, 3 apart. */
export function fit(given, other, tolerance) {
  if (typeof other !== "number") return 3;
  const apart = Math.abs(given.number - other);
  if (apart <= tolerance.floor * Math.abs(other) + tolerance.speck) return 0;
  if (given.significant >= tolerance.enough && rounds(given, other, tolerance)) return 1;
  return apart <= (1 + tolerance.floor) * Math.min(given.unit, tolerance.slack * Math.abs(other)) ? 2 : 3;
}

/** Is it the other number, rounded to the digits written? */
export function rounds(given, other, tolerance) {
  return Math.abs(given.number - other) <= (0.5 + tolerance.floor) * given.unit;
}
