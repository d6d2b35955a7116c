// The newest closed minute: what students say and what faces look like, with their 90 % bands.
import { paint } from "../charts/textures.js";
import { onSchemeChange } from "../charts/theme.js";
import { percent } from "../lib/format.js";
import { bandOf, shareOf, viewOf, withBand } from "../lib/series.js";
import { setText, showView } from "../lib/show.js";

/** The two halves inside `root`, which has one [data-share=NAME] row per tap, label and group. */
export function lastMinute(root) {
  const halves = root.querySelector("[data-part=halves]");
  const rows = [...halves.querySelectorAll("[data-share]")];
  const colourBars = () =>
    rows.forEach((row) => paint(row.querySelector(".fill"), row.dataset.share));
  colourBars();
  onSchemeChange(colourBars);
  return {
    /** `minute` is null where there is nothing to show. */
    show(minute, emotions) {
      halves.hidden = !minute;
      if (!minute) return;
      showBars(halves, "pulse", minute.pulse);
      showBars(halves, "expression", minute.groups);
      showView(halves, viewOf([minute]));
      for (const row of rows) {
        const { share: name } = row.dataset;
        showRow(row, shareOf(minute, emotions, name), bandOf(minute, emotions, name));
      }
    },
  };
}

/** A half without numbers has no bars: its words say why. */
function showBars(halves, half, numbers) {
  const bars = halves.querySelector(`[data-half=${half}] [data-bars]`);
  if (bars) bars.hidden = !numbers;
}

function showRow(row, share, half) {
  const [value, low, high] = withBand(share, half) ?? [0, 0, 0];
  row.querySelector(".fill").style.inlineSize = `${value * 100}%`;
  const band = row.querySelector(".band");
  if (band) {
    band.hidden = share == null || half == null;
    band.style.insetInlineStart = `${low * 100}%`;
    band.style.inlineSize = `${(high - low) * 100}%`;
  }
  setText(row.querySelector("[data-value]"), percent(share));
}
