import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export type TcpProxy = {
  /** The given address, through the proxy. */
  url: string;
  /** All connections break, and no new ones are accepted. */
  breakOff: () => Promise<void>;
  /** Nothing is passed on, and connections stay open, as when a machine has lost its power. */
  fallSilent: () => void;
  comeBack: () => Promise<void>;
};

/**
 * Forwards between Roster and PostgreSQL, at the same port, during `work`.
 * @param delay in milliseconds, as if the database were far away
 */
export async function withTcpProxy(target: string, work: (proxy: TcpProxy) => Promise<void>, delay = 0): Promise<void> {
  const { hostname, port: targetPort } = new URL(target);
  const open = new Set<Socket>();
  let server: Server | undefined;
  let isSilent = false;
  const take = (near: Socket): void => {
    const far = connect(Number(targetPort), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as [Socket, Socket][]) {
      open.add(from);
      const pass = (piece: string | Buffer) => void (isSilent || to.write(piece));
      from.on("data", (piece) => (delay ? setTimeout(pass, delay, piece) : pass(piece)));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  };
  const listen = async (port: number): Promise<void> => {
    const young = createServer(take);
    await new Promise<void>((resolve) => young.listen(port, "127.0.0.1", resolve));
    server = young;
  };
  const breakOff = async (): Promise<void> => {
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of open) socket.destroy();
    await closed;
    server = undefined;
  };
  await listen(0);
  const { port } = (server as unknown as Server).address() as AddressInfo;
  const url = Object.assign(new URL(target), { port: String(port) }).href;
  try {
    await work({
      ...{ url, breakOff },
      fallSilent: () => {
        isSilent = true;
      },
      comeBack: async () => {
        // What was sent meanwhile is lost, and its connections break.
        if (isSilent) for (const socket of open) socket.destroy();
        isSilent = false;
        if (!server) await listen(port);
      },
    });
  } finally {
    await breakOff();
  }
}
