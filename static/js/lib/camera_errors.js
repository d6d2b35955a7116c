// Why the camera does not start: what happened, and what to do about it.

// Each: what happened, what helps, and what the page can do: "retry", "reload" or nothing.
const MESSAGES = {
  denied: [
    "The camera is blocked for this page.",
    "Click the camera or lock symbol beside the address, allow the camera, then try again.",
    "retry",
  ],
  system: [
    "Your computer or phone does not let this browser use the camera.",
    "Allow it in the system's settings, under privacy and camera, then try again.",
    "retry",
  ],
  dismissed: [
    "The question about the camera was closed without an answer.",
    "Try again, and choose “Allow” when your browser asks.",
    "retry",
  ],
  unreadable: [
    "The camera gives no picture.",
    "Often another program, for example the meeting, is using it. Close the other one or its video, then try again.",
    "retry",
  ],
  none: [
    "No camera was found.",
    "Plug one in or switch it on, then try again.",
    "retry",
  ],
  unfit: [
    "Your camera has no picture size or speed that this page can use.",
    "Choose another camera in your browser's settings for this page, then try again.",
    "retry",
  ],
  insecure: [
    "Browsers allow the camera only on a secure (https) page.",
    "Ask the person who gave you this link for one that begins with https. Nothing on your side is broken.",
    "",
  ],
  stopped: [
    "The camera has stopped.",
    "It was unplugged, switched off or taken by another program. Try again when it is back.",
    "retry",
  ],
  scrambled: [
    "Your browser's fingerprinting protection changes the camera pictures, so none is sent.",
    "Click the picture symbol beside the address, allow this page to use canvas data, then try again. Or use another browser.",
    "retry",
  ],
  too_old: [
    "This browser cannot prepare camera pictures.",
    "Update it, on an iPad or iPhone to iOS 16.4 or newer, or use another browser.",
    "",
  ],
  no_worker: [
    "The part of this page that reads the camera did not load.",
    "Reload the page. If it stays like this, switch off extensions that block scripts, or use another browser.",
    "reload",
  ],
  other: [
    "The camera did not start.",
    "Try again. If it keeps failing, reload the page or restart the browser.",
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
  const said = kind === "other" && name ? ` (Your browser says: ${name}.)` : "";
  return { problem, remedy: remedy + said, action };
}
