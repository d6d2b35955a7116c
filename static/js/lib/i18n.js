// Texts in the reader's language. Pages in the language that texts are written in load no catalogue.

/** A text in the reader's language; `make texts` finds these calls. */
export const gettext = (text) => globalThis.django?.gettext(text) ?? text;

/**
 * The page's language, for numbers and times, with the digits that the server writes; in a test,
 * outside of a page, the machine's.
 */
export const language = () => {
  const lang = globalThis.document?.documentElement.lang;
  return lang ? `${lang}-u-nu-latn` : undefined;
};

/** The reader's time zone where one was chosen; else the browser's own, which has no name here. */
export const timeZone = () => globalThis.document?.documentElement.dataset?.timeZone || undefined;

const formats = new Map();

/**
 * How times are written for the reader, in one of the styles of Intl. It is kept, since making it
 * takes long, until language or zone change; a browser's own zone is known by its offset.
 */
export function timeFormat(style) {
  const zone = timeZone() ?? new Date().getTimezoneOffset();
  const key = JSON.stringify([style, language(), zone]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(language(), { ...style, timeZone: timeZone() }));
  }
  return formats.get(key);
}

/** A text with its named places filled: fill("%(time)s left", {time: "1:59"}). */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
