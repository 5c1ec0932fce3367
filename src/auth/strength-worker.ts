import { parentPort } from "node:worker_threads";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

// A thread of its own (strength.ts): a long password can take zxcvbn a second, and pages must not wait for it.

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

parentPort?.on("message", ({ id, password, known }: { id: number; password: string; known: string[] }) => {
  const { score, feedback } = zxcvbn.check(password, known);
  parentPort?.postMessage({ id, score, warning: feedback.warning });
});
