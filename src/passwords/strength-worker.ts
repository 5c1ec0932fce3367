import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

// A separate thread (strength.ts): zxcvbn can take a second for a long password, and pages must not wait for it.

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

parentPort?.on("message", ({ password, known }: { password: string; known: string[] }) => {
  const { score, feedback, sequence } = zxcvbn.check(password, known);
  const digits = sequence.reduce((sum, { guesses = 1 }) => sum + Math.log10(guesses), 0);
  parentPort?.postMessage({ score, warning: feedback.warning ?? "", digits });
});
parentPort?.postMessage("ready");
