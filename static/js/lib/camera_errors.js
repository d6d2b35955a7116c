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

/** {problem, remedy, action}; of an unknown kind also what the browser calls it. */
export function cameraErrorText(kind, name = "") {
  const [problem, remedy, action] = MESSAGES[kind] ?? MESSAGES.other;
  if (kind !== "other" || !name) return { problem, remedy, action };
  const said = fill(gettext("(Your browser says: %(name)s.)"), { name });
  return { problem, remedy: `${remedy} ${said}`, action };
}
