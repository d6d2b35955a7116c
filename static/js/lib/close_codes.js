// What a closed socket means: whether to come back, and what to say.

const STUDENT = {
  4400: { reason: "broken", final: () => true },
  // After a talk it is a withdrawn consent, and the socket may come back without frames.
  4403: { reason: "forgotten", final: (talked) => !talked },
  // The page and the server may have crossed once; a page that does it again cannot read the server's news.
  4406: { reason: "outdated", final: (_, before) => before === 4406 },
  4408: { reason: "too_fast", final: () => false },
  4409: { reason: "other_tab", final: () => true },
  4410: { reason: "ended", final: () => true },
  4429: { reason: "crowded", final: () => false },
};
const DASHBOARD = {
  4401: { reason: "logged_out", final: () => true },
  4404: { reason: "gone", final: () => true },
};
const VISITOR = {
  4400: "broken",
  4403: "not_open",
  4408: "too_often",
  4410: "over",
  4429: "too_often",
  4503: "all_taken",
};

/** Why the student's socket closed: one word, "lost" for anything unplanned. */
export const studentReason = (code) => STUDENT[code]?.reason ?? "lost";
/** Whether the page stays away. `talked`: the server had sent something over this connection; `before`: the last code. */
export const studentIsFinal = (code, talked, before = null) => STUDENT[code]?.final(talked, before) ?? false;

/** Why a visitor's socket closed; it never comes back by itself. */
export const visitorReason = (code) => VISITOR[code] ?? "lost";

export const dashboardReason = (code) => DASHBOARD[code]?.reason ?? "lost";
export const dashboardIsFinal = (code) => DASHBOARD[code]?.final() ?? false;
