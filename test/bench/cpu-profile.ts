import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { root } from "../../src/root.ts";

/** As V8 gives it, in microseconds. */
type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

export const inspectFlag = "--inspect=127.0.0.1:0";

/** Profiles a process started with `inspectFlag` while the work is done. @param log what the process has printed */
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

/** Where the time went that the process did something in: by part of the program, and by function. */
export function describeProfile(profile: CpuProfile): string {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [parts, functions] = [new Map<string, number>(), new Map<string, number>()];
  let [busy, total] = [0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const time = profile.timeDeltas[index] ?? 0;
    total += time;
    if (!frame || frame.functionName === "(idle)") continue;
    busy += time;
    const file = fileOf(frame.url);
    add(parts, partOf(frame.functionName, file), time);
    add(functions, `${frame.functionName || "(anonymous)"} ${file && `${file}:${frame.lineNumber + 1}`}`, time);
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

const fileOf = (url: string): string => url.replace("file://", "").replace(`${root}/`, "");

/** A package, a folder of src, or what V8 names in parentheses. */
function partOf(functionName: string, file: string): string {
  const [, inPackage] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (inPackage) return inPackage;
  if (file.startsWith("node:")) return "node";
  if (file) return /^src\/[^/]+/.exec(file)?.[0] ?? file;
  return functionName.startsWith("(") ? functionName : "native code";
}

/** For the Performance panel of Chromium's developer tools, or any other viewer. */
export function keepProfile(profile: CpuProfile, file: string): void {
  writeFileSync(file, JSON.stringify(profile));
}
