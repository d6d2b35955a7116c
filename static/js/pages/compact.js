// The small page for browsers without a floating window, and the teacher's panel in a frame: the same view, by itself.
import { compactView } from "../dashboard/compact.js";
import { followClass } from "../dashboard/live.js";
import { snapshotText } from "../dashboard/snapshot_text.js";
import { heroState } from "../lib/dashboard_state.js";

const root = document.querySelector("[data-compact]");
let latest = null;
const view = compactView(root, {
  onTopics: (changed) => Object.assign(latest, changed),
  onPutAway: () => view.alert.show(latest.snapshot.alert),
});

followClass(root.dataset, (known) => {
  const { snapshot, emotions, link, reason } = (latest = known);
  // In a panel, the page that is there then says why, and how to connect it again.
  if (link === "closed" && "inPanel" in root.dataset) return location.reload();
  view.topics.show(known);
  if (!snapshot) return;
  view.alert.show(snapshot.alert);
  const { last_minute: minute } = snapshot;
  const hero = heroState(snapshot);
  const said = snapshotText(snapshot, hero, { link, reason });
  view.show(said, hero === "numbers" ? minute : null, emotions);
});
