// Why pictures are not read on this device: what happened, and what to do about it.
import { gettext } from "./i18n.js";

// Each: what happened, what helps, and what the page can do: "reload" or nothing.
const MESSAGES = {
  too_old: [
    gettext("This browser is too old to read pictures on this device."),
    gettext("Update it, on an iPad or iPhone to iOS 16.4 or newer, or use another browser."),
    "",
  ],
  no_download: [
    gettext("The files for reading pictures did not arrive."),
    gettext("Check your connection, then reload the page."),
    "reload",
  ],
  changed: [
    gettext("A file for reading pictures is not the one that this page expects."),
    gettext("Reload the page. If that does not help, tell your teacher: something on the way to the server changes files."),
    "reload",
  ],
  outdated: [
    gettext("This page is older than the server."),
    gettext("Reload the page to get the new version."),
    "reload",
  ],
  memory: [
    gettext("This device has too little free memory to read pictures."),
    gettext("Close other programs or tabs, then reload the page."),
    "reload",
  ],
  unproven: [
    gettext("This device read a test picture wrongly, so it reads none of yours."),
    gettext("Update your browser, or use another one."),
    "reload",
  ],
  too_slow: [
    gettext("This device is too slow or too busy to read pictures."),
    gettext("Close other programs, or connect it to power. Then reload the page."),
    "reload",
  ],
  broken: [
    gettext("Reading pictures on this device stopped with an error."),
    gettext("Reload the page. If that does not help, use another browser."),
    "reload",
  ],
};

/** {problem, remedy, action} of a kind of failure. */
export function deviceErrorText(kind) {
  const [problem, remedy, action] = MESSAGES[kind] ?? MESSAGES.broken;
  return { problem, remedy, action };
}
