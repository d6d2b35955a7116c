// Texts in the reader's language. Pages in the language that texts are written in load no catalogue.

/** A text in the reader's language; `manage.py makemessages -d djangojs` finds these calls. */
export const gettext = (text) => globalThis.django?.gettext(text) ?? text;

/** The page's language, for numbers and times; in a test, outside of a page, the machine's. */
export const language = () => globalThis.document?.documentElement.lang || undefined;

/** A text with its named places filled: fill("%(time)s left", {time: "1:59"}). */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
