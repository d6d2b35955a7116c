// Why the camera does not start: what happened, and what to do about it.
import { fill, gettext } from "./i18n.js";

// Each: what happened, what helps, and what the page can do: "retry", "reload" or nothing.
const MESSAGES = {
  denied: [
    gettext("The camera is blocked for this page."),
    gettext("Click the camera or lock symbol beside the address, allow the camera, then try again."),
    "retry",
  ],
  system: [
    gettext("Your computer or phone does not let this browser use the camera."),
    gettext("Allow it in the system's settings, under privacy and camera, then try again."),
    "retry",
  ],
  dismissed: [
    gettext("The browser's question about the camera was closed without an answer."),
    gettext("Try again, and choose “Allow” when your browser asks."),
    "retry",
  ],
  unreadable: [
    gettext("The camera gives no picture."),
    gettext("Often another program, for example the meeting, is using it. Close that program or its video, then try again."),
    "retry",
  ],
  none: [
    gettext("No camera was found."),
    gettext("Connect a camera or switch it on, then try again."),
    "retry",
  ],
  unfit: [
    gettext("Your camera has no picture size or speed that this page can use."),
    gettext("Choose another camera in your browser's settings for this page, then try again."),
    "retry",
  ],
  insecure: [
    gettext("Browsers allow the camera only on a secure (https) page."),
    gettext("Ask the person who gave you this link for a link that begins with https. Your device works as it should."),
    "",
  ],
  stopped: [
    gettext("The camera has stopped."),
    gettext("It was unplugged, switched off or taken by another program. Try again when it is back."),
    "retry",
  ],
  scrambled: [
    gettext("Your browser's fingerprinting protection changes the camera pictures, so none is sent."),
    gettext("Click the picture symbol beside the address, allow this page to use canvas data, then try again. Or use another browser."),
    "retry",
  ],
  too_old: [
    gettext("This browser cannot prepare camera pictures."),
    gettext("Update it, on an iPad or iPhone to iOS 16.4 or newer, or use another browser."),
    "",
  ],
  worker_gone: [
    gettext("The part of this page that reads the camera stopped twice."),
    gettext("Close other programs or tabs, then reload the page."),
    "reload",
  ],
  no_worker: [
    gettext("The part of this page that reads the camera did not load."),
    gettext("Reload the page. If that does not help, switch off extensions that block scripts, or use another browser."),
    "reload",
  ],
  other: [
    gettext("The camera did not start."),
    gettext("Try again. If that does not help, reload the page or restart the browser."),
    "retry",
  ],
};

// Where the camera of a page is allowed, by browser and system; the generic words of `denied` elsewhere.
const ALLOW_IN = {
  "safari ios": gettext("Tap the symbol beside the address, then the settings for this website, and set the camera to “Allow”. Then try again."),
  "* ios": gettext("Open the Settings of your iPhone or iPad, find this browser in the list of apps, and switch its camera on. Then try again."),
  "firefox android": gettext("Tap the lock left of the address and remove the block of the camera. Then try again."),
  "* android": gettext("Tap the symbol left of the address, then “Permissions”, and allow the camera. Then try again."),
  "safari mac": gettext("In the menu bar choose Safari, then the settings for this website, and set the camera to “Allow”. Then try again."),
  "firefox *": gettext("Click the crossed-out camera left of the address and remove the block. Then try again."),
  "chrome *": gettext("Click the symbol left of the address and switch the camera on. Then try again."),
};

// Where the system allows a browser the camera.
const ALLOW_BROWSER_IN = {
  "* ios": gettext("Open the Settings of your iPhone or iPad, find this browser in the list of apps, and switch its camera on. Then try again."),
  "* android": gettext("Open the Settings of your phone or tablet, “Apps”, this browser, “Permissions”, and allow the camera. Then try again."),
  "* windows": gettext("Open the Windows settings, “Privacy & security”, “Camera”, and let this browser use it. Then try again."),
  "* mac": gettext("Open the System Settings, “Privacy & Security”, “Camera”, and switch this browser on. Then try again."),
};

const HERE = { denied: ALLOW_IN, system: ALLOW_BROWSER_IN };

const KINDS = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  PermissionDismissedError: "dismissed",
  SecurityError: "denied",
  NotReadableError: "unreadable",
  AbortError: "unreadable",
  TrackStartError: "unreadable",
  SourceUnavailableError: "unreadable",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "unfit",
  ConstraintNotSatisfiedError: "unfit",
};

/** The kind of failure behind an exception of getUserMedia. Browsers give one name to several causes. */
export function cameraErrorKind(error) {
  const kind = KINDS[error?.name] ?? "other";
  if (kind !== "denied") return kind;
  if (/system/i.test(error.message)) return "system";
  return /dismissed/i.test(error.message) ? "dismissed" : kind;
}

/** The steps that help on this device and in this browser, where they are known. */
function remedyHere(kind, { system, browser }) {
  const steps = HERE[kind] ?? {};
  const names = [`${browser} ${system}`, `* ${system}`, `${browser} *`];
  return steps[names.find((name) => name in steps)];
}

/** {problem, remedy, action}; of an unknown kind also what the browser calls it. `device`: as of device.js. */
export function cameraErrorText(kind, name = "", device = {}) {
  const [problem, anywhere, action] = MESSAGES[kind] ?? MESSAGES.other;
  const remedy = remedyHere(kind, device) ?? anywhere;
  if (kind !== "other" || !name) return { problem, remedy, action };
  const said = fill(gettext("(Your browser says: %(name)s.)"), { name });
  return { problem, remedy: `${remedy} ${said}`, action };
}
