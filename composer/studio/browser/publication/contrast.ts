// How well two colours stand apart: WCAG 2.2, "contrast ratio"; as composer/edition/theme/contrast.py reckons it.

const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

export const isColour = (value: string) => HEX.test(value);

/** From 1 to 21; null if one of them is no colour. */
export function contrast(one: string, other: string): number | null {
  if (!isColour(one) || !isColour(other)) return null;
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** In six digits, as the browser's own field for colours wants it. */
export function inFull(colour: string): string {
  return colour.length === 4 ? `#${[...colour.slice(1)].map((digit) => digit + digit).join("")}` : colour;
}

function luminance(colour: string): number {
  const digits = inFull(colour).slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
