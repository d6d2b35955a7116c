// The newest closed minute as three bars, or seven in a large class, with their 90 % band.
import { paint } from "../charts/textures.js";
import { onSchemeChange } from "../charts/theme.js";
import { percent } from "../lib/format.js";
import { bandOf, shareOf, viewOf, withBand } from "../lib/series.js";
import { setText, showView } from "../lib/show.js";

/** Bars inside `root`, which has one [data-share=NAME] row per label and group. */
export function lastMinuteBars(root) {
  const rows = [...root.querySelectorAll("[data-share]")];
  const colourBars = () =>
    rows.forEach((row) => paint(row.querySelector(".fill"), row.dataset.share));
  colourBars();
  onSchemeChange(colourBars);
  return {
    show(minute, emotions) {
      showView(root, minute ? viewOf([minute]) : "groups");
      for (const row of rows) {
        const { share: name } = row.dataset;
        showRow(row, shareOf(minute, emotions, name), bandOf(minute, emotions, name));
      }
    },
  };
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
