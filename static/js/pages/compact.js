// The small page for browsers without a floating window: the same view, by itself.
import { compactView } from "../dashboard/compact.js";
import { followClass } from "../dashboard/live.js";
import { snapshotText } from "../dashboard/snapshot_text.js";
import { heroState } from "../lib/dashboard_state.js";

const root = document.querySelector("[data-compact]");
const view = compactView(root);

followClass(root.dataset, ({ snapshot, emotions, link, reason }) => {
  if (!snapshot) return;
  const { last_minute: minute } = snapshot;
  const hero = heroState(snapshot);
  const said = snapshotText(snapshot, hero, { link, reason });
  view.show(said, hero === "numbers" ? minute : null, emotions);
});
