import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../../..");

/** startCloud starts a local cloud with the smallest demo, and returns the function that ends it. */
export default async function startCloud() {
  if (process.env.KITH_CLOUD) {
    useCloud(process.env.KITH_CLOUD);
    return;
  }
  const local = join(root, ".tools/bin/local");
  // An old binary could start, and fail at what it lacks.
  execFileSync("go", ["build", "-C", "infra/local", "-trimpath", "-buildvcs=false", "-o", local, "."], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const state = mkdtempSync(join(tmpdir(), "kith-journeys-"));
  const cloud = spawn(local, ["run", "--template", "template.yaml", "--state", state, "--ports", "free", "--until-stdin-closes", "--quiet"], {
    cwd: root, stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => cloud.once("exit", () => resolve()));
  const stop = async () => {
    cloud.stdin.end();
    await ended;
    rmSync(state, { recursive: true, force: true });
  };
  try {
    const file = join(state, "addresses.json");
    writeFileSync(file, await firstLine(cloud.stdout, ended));
    execFileSync("go", ["run", "./internal/demo", "--cloud", file, "--state", state, "--once", "--mobilizers", "12", "--contacts", "100"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    useCloud(file);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function firstLine(output: NodeJS.ReadableStream, ended: Promise<void>): Promise<string> {
  const line = new Promise<string>((resolve) => createInterface({ input: output }).once("line", resolve));
  const failed = ended.then(() => {
    throw new Error("the local cloud ended before it was up");
  });
  return Promise.race([line, failed]);
}

function useCloud(file: string) {
  const { site, inbox } = JSON.parse(readFileSync(file, "utf8")) as { site: string; inbox: string };
  process.env.KITH_SITE = site;
  process.env.KITH_INBOX = inbox;
  process.env.KITH_PASSCODE = (JSON.parse(readFileSync(join(dirname(file), "demo.json"), "utf8")) as { passcode: string }).passcode;
}
