import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

// A separate thread (strength.ts): zxcvbn can take a second for a long password, and pages must not wait for it.

/** Each warning is its own key: the pages have the words. */
const warnings = Object.fromEntries(Object.keys(english.translations.warnings).map((key) => [key, key]));

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: { ...english.translations, warnings: warnings as typeof english.translations.warnings },
});

parentPort?.on("message", ({ password, known }: { password: string; known: string[] }) => {
  const { score, feedback, sequence } = zxcvbn.check(password, known);
  const digits = sequence.reduce((sum, { guesses = 1 }) => sum + Math.log10(guesses), 0);
  parentPort?.postMessage({ score, warning: feedback.warning || undefined, digits });
});
parentPort?.postMessage("ready");
