/** Numbers as people read them and write them. */

/** Four significant digits, as everywhere in this software; with a true minus sign. JSON has no inf and nan: they come as texts. */
export function digits(x) {
  if (typeof x === "string") return x.replace("-", "−").replace("inf", "∞");
  if (x === 0) return "0";
  const [mantissa, exponent] = x.toExponential(3).split("e");
  const e = Number(exponent);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const text = e < -4 || e > 3 ? `${short(mantissa)}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}` : short(x.toFixed(3 - e));
  return text.replaceAll("-", "−");
}

/** A number after a sign: brackets around what begins with a minus. */
export function enclosed(x) {
  const text = digits(x);
  return text.startsWith("−") ? `(${text})` : text;
}

/** 1 edge, 2 edges. */
export function counted(n, thing) {
  return `${n.toLocaleString("en")} ${n === 1 ? thing : thing === "leaf" ? "leaves" : `${thing}s`}`;
}

/** A text with true minus signs before its numbers. */
export function typeset(text) {
  return text.replace(/(^|[\s(\[×*])-(?=[\d.])/g, "$1−").replace(/(\de)-(?=\d)/g, "$1−");
}
