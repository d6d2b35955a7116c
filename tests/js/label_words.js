// A page that hands over its words for labels; import it before what reads them.
const labelWords = JSON.stringify({ happy: "Happy", sad: "Sad", fear: "Fearful" });
globalThis.document = { querySelector: () => ({ dataset: { labelWords } }) };
