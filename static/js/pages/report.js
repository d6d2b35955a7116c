// The page of a lesson's report: nothing moves but the state of its file.
import { offerPrint } from "../lib/print.js";
import { followReport } from "../lib/report_state.js";

offerPrint(document);
followReport(document.querySelector("[data-part=report]"));
