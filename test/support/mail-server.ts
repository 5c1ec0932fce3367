import { type AddressInfo, createServer } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/**
 * What it does with mails: accepts them; answers the recipient or the whole message with its own line, such as "550 no
 * such mailbox"; stops answering at the recipient; disconnects when it has the message.
 */
export type Manner = "takes" | { recipient: string } | { message: string } | "hangs" | "drops";

export type MailServer = {
  /** For SMTP_URL; the same after it comes back. */
  url: string;
  /** The recipients and the content of each mail that it has read completely, accepted or not. */
  received: { to: string[]; accepted: boolean; mail: ParsedMail }[];
  behave: (manner: Manner) => void;
  /** Refuses connections until `comeBack`. */
  goAway: () => Promise<void>;
  comeBack: () => Promise<void>;
};

/** A real mail server on its own port during `work`. */
export async function withMailServer(work: (server: MailServer) => Promise<void>): Promise<void> {
  let manner: Manner = "takes";
  const received: MailServer["received"] = [];
  const options: SMTPServerOptions = {
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    onRcptTo: (_address, _session, done) => {
      if (manner === "hangs") return;
      done(typeof manner === "object" && "recipient" in manner ? refusal(manner.recipient) : null);
    },
    onData: (stream, session, done) => {
      void (async () => {
        const raw = Buffer.concat(await stream.toArray());
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, accepted: manner === "takes", mail: await simpleParser(raw) });
        if (manner === "drops") hangUp();
        else done(typeof manner === "object" && "message" in manner ? refusal(manner.message) : null);
      })();
    },
  };
  const port = await freePort();
  let server: SMTPServer | undefined;
  function hangUp(): void {
    for (const connection of server?.connections ?? []) connection._socket.destroy();
  }
  async function comeBack(): Promise<void> {
    const young = new SMTPServer(options);
    young.on("error", () => undefined);
    await new Promise<void>((resolve) => young.listen(port, "127.0.0.1", resolve));
    server = young;
  }
  async function goAway(): Promise<void> {
    hangUp();
    await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
    server = undefined;
  }
  await comeBack();
  try {
    const behave = (next: Manner): void => {
      manner = next;
    };
    await work({ url: `smtp://127.0.0.1:${port}`, received, behave, goAway, comeBack });
  } finally {
    await goAway();
  }
}

function refusal(answer: string): Error {
  return Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
