import { expect, test } from "@jest/globals";
import { browserName } from "../../src/platform/browser-name.ts";
import { en } from "../../src/words/en.ts";

const like = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/138.0.0.0 Safari/537.36`, "Chrome on Windows"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0`, "Edge on Windows"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${like} Chrome/138.0.0.0 Safari/537.36 OPR/120.0.0.0`, "Opera on Linux"],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${like} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile`,
    "Samsung Internet on Android",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0 Mobile Safari/604.1",
    "Chrome on iPhone",
  ],
  ["Lynx/2.9.0dev.12 libwww-FM/2.14", "Lynx"],
  ["w3m/0.5.3+git20230121", "w3m"],
  ["curl/8.5.0", "curl"],
  ["Something on Linux", "Unknown browser on Linux"],
  ["<script>alert(1)</script>", "Unknown browser"],
  ["", "Unknown browser"],
])("the browser name of %s is %s", (userAgent, name) => {
  expect(browserName(userAgent, en.browsers)).toBe(name);
});
