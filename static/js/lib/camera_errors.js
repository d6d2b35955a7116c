// Why the camera does not start: what happened, and what to do about it.

const MESSAGES = {
  denied: [
    "The camera is blocked for this page.",
    "Click the camera or lock symbol beside the address, allow the camera, then try again.",
  ],
  in_use: [
    "Another program is using your camera.",
    "Some computers lend the camera to one program at a time. Close the other one or its video, then try again.",
  ],
  none: [
    "No camera was found.",
    "Plug one in or switch it on, then try again.",
  ],
  insecure: [
    "Browsers allow the camera only on a secure (https) page.",
    "Ask whoever gave you this link for one that begins with https. Nothing on your side is broken.",
  ],
  stopped: [
    "The camera has stopped.",
    "It was unplugged, switched off or taken by another program. Try again when it is back.",
  ],
  other: [
    "The camera did not start.",
    "Try again. If it keeps failing, reload the page or restart the browser.",
  ],
};

const KINDS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotReadableError: "in_use",
  AbortError: "in_use",
  TrackStartError: "in_use",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "none",
};

/** The kind of failure behind an exception of getUserMedia. */
export const cameraErrorKind = (error, isSecure = true) =>
  isSecure ? (KINDS[error?.name] ?? "other") : "insecure";

export function cameraErrorText(kind) {
  const [problem, remedy] = MESSAGES[kind] ?? MESSAGES.other;
  return { problem, remedy };
}
