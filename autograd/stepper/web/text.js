/** How wide texts are, so that boxes fit what they will show. */

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const LONGEST = 26;
const canvas = document.createElement("canvas").getContext("2d");

/** The width of a text as in the picture. */
export function widthOf(text, bold = false) {
  canvas.font = `${bold ? 600 : 400} 13px ${FONT}`;
  return canvas.measureText(text).width;
}

/** A name without its middle if it is long. */
export function cut(text) {
  const letters = [...text];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 9).join("")}…${letters.slice(-8).join("")}` : text;
}
