import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { root } from "../../src/platform/root.ts";

/** As V8 returns it, in microseconds. */
type Frame = { functionName: string; url: string; lineNumber: number };
type CpuProfile = {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
};

export const inspectFlag = "--inspect=127.0.0.1:0";

/** Profiles a process started with `inspectFlag` during the work. @param log what the process has printed */
export async function profileDuring(log: string, work: () => Promise<unknown>): Promise<CpuProfile> {
  const address = /ws:\/\/\S+/.exec(log)?.[0];
  if (!address) throw new Error(`no debugger listens:\n${log}`);
  const socket = new WebSocket(address);
  await once(socket, "open");
  let calls = 0;
  const call = async (method: string, params = {}): Promise<unknown> => {
    const id = ++calls;
    const answered = new Promise<{ result: unknown }>((resolve) => {
      socket.addEventListener("message", function listen({ data }) {
        const message = JSON.parse(String(data));
        if (message.id !== id) return;
        socket.removeEventListener("message", listen);
        resolve(message);
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return (await answered).result;
  };
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: 250 });
  await call("Profiler.start");
  await work();
  const { profile } = (await call("Profiler.stop")) as { profile: CpuProfile };
  socket.close();
  return profile;
}

/** How the process spent its busy time, by part of the program and by function. */
export function describeProfile(profile: CpuProfile): string {
  const frames = withCallers(profile);
  const [parts, functions] = [new Map<string, number>(), new Map<string, number>()];
  let [busy, total] = [0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const { frame, caller } = frames.get(id) ?? {};
    const time = profile.timeDeltas[index] ?? 0;
    total += time;
    if (!frame || frame.functionName === "(idle)") continue;
    busy += time;
    add(parts, partOf(frame, caller), time);
    add(functions, nameOf(frame, caller), time);
  }
  const top = (times: Map<string, number>, count: number): string =>
    [...times]
      .sort(([, one], [, other]) => other - one)
      .slice(0, count)
      .map(([name, time]) => `  ${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`)
      .join("\n");
  return `busy ${((busy / total) * 100).toFixed(0)} % of the time; of that, by part:\n${top(parts, 12)}\nby function (self):\n${top(functions, 25)}`;
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

type Called = { frame: Frame; caller: Frame | undefined };

/** Each frame with the nearest one above it that has a file, because native code does not say which code called it. */
function withCallers({ nodes }: CpuProfile): Map<number, Called> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const callerOf = (id: number): Frame | undefined => {
    const parent = byId.get(parents.get(id) ?? 0);
    if (!parent) return undefined;
    return parent.callFrame.url ? parent.callFrame : callerOf(parent.id);
  };
  return new Map(nodes.map(({ id, callFrame }) => [id, { frame: callFrame, caller: callerOf(id) }]));
}

const placeOf = ({ url, lineNumber }: Frame): string =>
  `${url.replace("file://", "").replace(`${root}/`, "")}:${lineNumber + 1}`;

function nameOf(frame: Frame, caller: Frame | undefined): string {
  const name = frame.functionName || "(anonymous)";
  if (frame.url) return `${name} ${placeOf(frame)}`;
  return caller ? `${name}, native, called at ${caller.functionName || "(anonymous)"} ${placeOf(caller)}` : name;
}

/** A package, a folder of src, or what V8 names in parentheses. */
function partOf(frame: Frame, caller: Frame | undefined): string {
  const { functionName, url } = frame.url ? frame : (caller ?? frame);
  if (!url) return functionName;
  const native = frame.url ? "" : ", native code";
  const [, inPackage] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (inPackage) return inPackage + native;
  if (url.startsWith("node:")) return `node${native}`;
  return (/src\/[^/]+/.exec(url)?.[0] ?? url) + native;
}

/** For the Performance panel of Chromium's developer tools, or any other viewer. */
export function keepProfile(profile: CpuProfile, file: string): void {
  writeFileSync(file, JSON.stringify(profile));
}
