// A small window that stays above the others (Document Picture-in-Picture), where the browser has it.

export const SIZE = { width: 360, height: 480 };

export const canFloat = () => "documentPictureInPicture" in globalThis;

/** Close the window that floats, if there is one; whether there was. */
export function sink() {
  const floats = documentPictureInPicture.window;
  floats?.close();
  return Boolean(floats);
}

/** Open one, on a press, with this page's styles and language; null where the browser refuses. */
export async function float() {
  const floating = await documentPictureInPicture.requestWindow(SIZE).catch(() => null);
  if (!floating) return null;
  const { documentElement, head, body } = floating.document;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) head.append(sheet.cloneNode());
  documentElement.lang = document.documentElement.lang;
  documentElement.dir = document.documentElement.dir;
  floating.document.title = document.title;
  body.className = "compact-page";
  return floating;
}
