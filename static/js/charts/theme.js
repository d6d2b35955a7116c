// Colours for canvases, read from the style sheet, so that dark mode has one source.

/** The value of a CSS custom property now. */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Call back when the reader's colour scheme changes, and for paper, which is light. */
export function onSchemeChange(redraw) {
  for (const query of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(query).addEventListener("change", redraw);
}

/** `ratio` is device pixels per pixel, for text that is drawn on a canvas. */
export const font = (ratio = 1) => `${12 * ratio}px ${colour("--font")}`;
