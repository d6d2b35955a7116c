// Colours for canvases, read from the style sheet, so that dark mode has one source.

/** The value of a CSS custom property now. */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Call back when the reader's colour scheme changes. */
export function onSchemeChange(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

/** `ratio` is device pixels per pixel, for text that is drawn on a canvas. */
export const font = (ratio = 1) => `${12 * ratio}px ${colour("--font")}`;
