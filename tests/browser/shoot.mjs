// Screenshots of a page: node shoot.mjs page.html out-prefix [width]
import { chromium } from "playwright-core";
import { resolve } from "node:path";
const [page_, prefix, width = "1100"] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: Number(width), height: 900 } });
page.on("console", (m) => console.log(m.type(), m.text()));
page.on("pageerror", (e) => console.log("pageerror", e.message));
const t = Date.now();
await page.goto("file://" + resolve(page_));
await page.waitForSelector("html[data-ready=yes]", { timeout: 60000 });
console.log("ready in", Date.now() - t, "ms");
for (const f of await page.$$("figure")) {
  const id = await f.getAttribute("id");
  await f.screenshot({ path: `${prefix}-${id}.png` });
}
await page.screenshot({ path: `${prefix}-page.png`, fullPage: false });
await browser.close();
