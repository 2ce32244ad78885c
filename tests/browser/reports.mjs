// Opens the reports of three scenarios and of a sweep in headless Chromium: no error on the console, nothing loaded from
// anywhere, patient and arm can be changed, and what the figures show is what the tables say. Needs Debian's chromium
// and `npm ci` in this folder; `just test-browser` does both the runs and the test.
//
//   node reports.mjs CLONETIDE WORKFOLDER
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync, existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [program, work] = process.argv.slice(2).map((path) => resolve(path));
const root = fileURLToPath(new URL("../../", import.meta.url));
const MONTH = 30.4375;

// A CSV table as objects; cells may be quoted.
function table(path) {
  const rows = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, ""));
    if (line.at(-1) !== ",") cells.pop();
    return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
  });
  const [head, ...body] = rows;
  return body.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ""])));
}

function run(scenario, name, options = []) {
  const out = join(work, name);
  if (!existsSync(join(out, "manifest.json"))) {
    execFileSync(program, ["run", join(root, scenario), "--out", out, "--force", "--quiet", ...options]);
  }
  execFileSync(program, ["report", out]);
  return out;
}

function sweep(name) {
  const out = join(work, name);
  mkdirSync(out, { recursive: true });
  let text = "trait.CD38_DOWN_ACQ.lost.half_life,disease.death,arm,quantity,estimate,low,high,n\n";
  for (const half of [60, 180, 360]) for (const death of ["0.02 /d", "0.04 /d"]) for (const arm of ["Vd", "Kd"]) {
    const median = 200 + half + (arm === "Kd" ? 100 : 0) - 1000 * parseFloat(death);
    text += `${half} d,${death},${arm},median_pfs_days,${median},${median - 30},${median + 40},50\n`;
    text += `${half} d,${death},${arm},extinct_share,0.1,0.05,0.2,50\n`;
  }
  writeFileSync(join(out, "sweep.csv"), text);
  execFileSync(program, ["report", out]);
  return out;
}

const near = (a, b, what) => assert.ok(Math.abs(a - b) <= 2e-3 * Math.abs(b) + 1e-6, `${what}: ${a} is not ${b}`);

async function open(browser, folder, width = 1100) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const wrong = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) wrong.push(message.text()); });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) wrong.push(`loads ${request.url()}`); });
  page.on("dialog", (dialog) => { wrong.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  const begin = Date.now();
  await page.goto("file://" + join(folder, "report.html"));
  await page.waitForSelector("html[data-ready=yes]", { timeout: 60_000 });
  return { page, wrong, took: Date.now() - begin };
}

// The rows that a figure has drawn with, as Vega holds them.
const drawn = (page, figure, data) => page.evaluate(([figure, data]) => {
  const rows = window.clonetide[figure].view.data(data);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, v]) => typeof v !== "object")));
}, [figure, data]);

// Changes a choice and waits until the figure is drawn with it.
async function choose(page, figure, field, value) {
  await page.selectOption(`#figure-${figure} select[name=${field}]`, value);
  await page.waitForFunction(([figure, field, value]) => {
    const now = document.getElementById("figure-" + figure).dataset.drawn;
    return now && JSON.parse(now)[field] === value;
  }, [figure, field, value]);
}

const options = (page, figure, field) =>
  page.$$eval(`#figure-${figure} select[name=${field}] option`, (all) => all.map((option) => option.value));

async function shoot(page, name) {
  mkdirSync(join(work, "shots"), { recursive: true });
  for (const figure of await page.$$("figure")) {
    await figure.screenshot({ path: join(work, "shots", `${name}-${await figure.getAttribute("id")}.png`) });
  }
}

// What a cohort's page shows against the tables of the run.
async function cohort(page, folder) {
  const patients = table(join(folder, "patients.csv"));
  const summary = table(join(folder, "summary.csv"));
  for (const row of summary.filter((row) => row.quantity === "median_pfs_days" && row.estimate)) {
    const steps = (await drawn(page, "survival-pfs", "steps")).filter((step) => step.arm === row.arm);
    near(steps.find((step) => step.survival <= 0.5).month, row.estimate / MONTH, `median PFS of ${row.arm}`);
  }
  // The legend names every arm.
  const legend = await page.$$eval("#figure-survival-pfs .role-legend-label text", (all) => all.map((text) => text.textContent));
  for (const arm of new Set(patients.map((p) => p.arm))) assert.ok(legend.includes(arm), `${arm} is not in the legend: ${legend}`);
  const risk = await drawn(page, "survival-pfs", "risk");
  for (const row of risk) {
    const left = patients.filter((p) => p.arm === row.arm && p.pfs >= row.month * MONTH - 0.02).length;
    assert.equal(row.n, left, `at risk in ${row.arm} at month ${row.month}`);
  }
  for (const row of await drawn(page, "response", "best")) {
    const count = patients.filter((p) => p.arm === row.arm && p.best_response === row.response).length;
    assert.equal(row.count, count, `${row.response} in ${row.arm}`);
  }
  const estimate = (arm, quantity) => summary.find((row) => row.arm === arm && row.quantity === quantity).estimate;
  for (const row of summary.filter((row) => row.quantity === "hazard_ratio_pfs" && row.estimate && row.low)) {
    const ratios = await drawn(page, "hazard-ratio", "ratios");
    const shown = ratios.find((ratio) => ratio.arm === row.arm && ratio.endpoint === "Progression-free survival");
    near(shown.ratio, row.estimate, `hazard ratio of ${row.arm}`);
    await choose(page, "difference", "what", "Mean PFS (months)");
    for (const [kind, begin] of [["the same patients", "paired_difference"], ["patients of their own", "difference"]]) {
      const difference = (await drawn(page, "difference", "differences")).find((d) => d.arm === row.arm && d.kind === kind);
      near(difference.difference, estimate(row.arm, `${begin}_restricted_mean_pfs_days`) / MONTH, `${kind}: ${row.arm}`);
    }
  }
  const [relapse] = await drawn(page, "relapse", "relapses");
  const line = relapse.line.match(/Line (\d+)/)[1];
  const quantity = `line${line}_relapse_share_${relapse.trait.replace(" ", "_")}`;
  near(relapse.share, summary.find((row) => row.arm === relapse.arm && row.quantity === quantity).estimate, quantity);
}

// One patient's figure against visits and trajectories, for the history and arm that are chosen now.
async function patient(page, folder, arm, label) {
  const number = label.match(/\d+/)[0];
  const own = (row) => row.arm === arm && row.patient === number && row.replicate === "1";
  const visits = table(join(folder, "visits.csv")).filter(own);
  const shown = await drawn(page, "patient", "visits");
  assert.equal(shown.length, visits.length, `visits of ${label}, ${arm}`);
  for (const at of [0, visits.length >> 1, visits.length - 1]) {
    near(shown[at].m_protein, visits[at].m_protein, `reading ${at} of ${label}`);
    assert.equal(shown[at].response, visits[at].response || "not called");
  }
  const cells = table(join(folder, "trajectories.csv")).filter(own);
  const total = await drawn(page, "patient", "total");
  const middle = total[total.length >> 1];
  const day = Math.round(middle.month * MONTH);
  const sum = cells.filter((row) => Number(row.day) === day).reduce((sum, row) => sum + Number(row.cells), 0);
  near(middle.cells, sum, `cells of ${label} on day ${day}`);
  // The first dose is on the day on which the first line begins, and the limits are drawn.
  const begun = table(join(folder, "events.csv")).filter(own).find((row) => row.event === "line_started");
  const doses = await drawn(page, "patient", "doses");
  near(Math.min(...doses.map((dose) => dose.month)), begun.day / MONTH, `first dose of ${label}`);
  const limits = (await drawn(page, "patient", "limits")).map((limit) => limit.limit).sort();
  assert.deepEqual(limits, ["MRD 1e-5", "limit of the assay"], label);
  // The areas of the Muller plot fill it at every time.
  const shares = new Map();
  for (const layer of await drawn(page, "patient", "layers")) {
    shares.set(layer.month, (shares.get(layer.month) ?? 0) + layer.share);
  }
  for (const [month, share] of shares) assert.ok(Math.abs(share - 1) < 0.01, `shares at month ${month}: ${share}`);
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  for (const [scenario, name] of [
    ["scenarios/review-story.toml", "story"],
    ["scenarios/psmb5.toml", "psmb5"],
    ["scenarios/dara-rechallenge.toml", "rechallenge"],
  ]) {
    const folder = run(scenario, name);
    assert.ok(statSync(join(folder, "report.html")).size < 3e6, "a report below 3 MB");
    const { page, wrong, took } = await open(browser, folder);
    await cohort(page, folder);
    const arms = JSON.parse(readFileSync(join(folder, "manifest.json"))).arms;
    const labels = await options(page, "patient", "history");
    assert.ok(labels.length >= 3);
    for (const arm of arms) {
      if (arms.length > 1) await choose(page, "patient", "arm", arm);
      for (const label of [labels[0], labels.at(-1)]) {
        await choose(page, "patient", "history", label);
        await patient(page, folder, arm, label);
      }
      if (arms.length > 1) {
        await choose(page, "swimmer", "arm", arm);
        assert.ok((await drawn(page, "swimmer", "lanes")).every((row) => row.arm === arm));
      }
    }
    await shoot(page, name);
    // By keyboard: the choice is reached by the tabulator and changed by an arrow.
    await page.focus("#figure-patient select[name=history]");
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction((old) => JSON.parse(document.getElementById("figure-patient").dataset.drawn).history !== old, labels.at(-1));
    assert.deepEqual(wrong, [], `${name}: the console`);
    await page.close();
    // On a phone nothing is wider than the screen.
    const phone = await open(browser, folder, 375);
    const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 376, `${name} on a phone: ${width} px wide`);
    await shoot(phone.page, `${name}-phone`);
    assert.deepEqual(phone.wrong, [], `${name} on a phone: the console`);
    await phone.page.close();
    console.log(`${name}: drawn in ${took} ms, figures agree with the tables`);
  }

  const { page, wrong } = await open(browser, sweep("sweep"));
  const cells = await drawn(page, "sweep-map", "cells");
  assert.equal(cells.length, 12);
  assert.equal(cells.find((c) => c.x === "360 d" && c.y === "0.04 /d" && c.arm === "Kd").estimate, 620);
  await choose(page, "sweep-map", "quantity", "extinct_share");
  assert.ok((await drawn(page, "sweep-map", "cells")).every((cell) => cell.estimate === 0.1));
  // By hand: the median is 200 + half-life - 1000 x death in either arm, so that the two axes do not interact.
  await choose(page, "sweep-indices", "quantity", "median_pfs_days");
  const indices = (await drawn(page, "sweep-indices", "indices")).filter((index) => index.arm === "Vd");
  const half = indices.find((index) => index.axis === "trait.CD38_DOWN_ACQ.lost.half_life");
  const squares = 60 ** 2 + 180 ** 2 + 360 ** 2 - (60 + 180 + 360) ** 2 / 3;
  near(half.alone, (2 * squares) / (2 * squares + 6 * 10 ** 2), "first-order index");
  near(half.total, half.alone, "total index");
  const means = (await drawn(page, "sweep-interaction", "cells")).filter((cell) => cell.arm === "Vd");
  const mean = (x, group) => means.find((cell) => cell.x === x && cell.group === group).mean;
  assert.equal(mean("60 d", "0.02 /d") - mean("60 d", "0.04 /d"), mean("360 d", "0.02 /d") - mean("360 d", "0.04 /d"));
  await shoot(page, "sweep");
  assert.deepEqual(wrong, [], "the sweep: the console");
  console.log("sweep: figures agree with the table");

  // A scenario whose every text is markup.
  const evil = "</script><img src=x onerror=alert(1)><script>alert(2)</script>";
  const text = readFileSync(join(root, "scenarios/psmb5.toml"), "utf8")
    .replace(/name = "PSMB5[^"]*"/, `name = "${evil}"`).replace('name = "Vd"', `name = "${evil}"`).replace("patients = 200", "patients = 5");
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "evil.toml"), text);
  const folder = join(work, "evil");
  execFileSync(program, ["run", join(work, "evil.toml"), "--out", folder, "--force", "--quiet"]);
  execFileSync(program, ["report", folder]);
  const hostile = await open(browser, folder);
  await choose(hostile.page, "patient", "arm", evil);
  const plots = await hostile.page.$$("#figure-fan-burden svg.marks");
  assert.equal(plots.length, 1);
  await hostile.page.hover("#figure-response .mark-rect path").catch(() => {});
  assert.equal(await hostile.page.title(), evil);
  assert.equal((await hostile.page.$$("img")).length, 0);
  assert.deepEqual(hostile.wrong, [], "texts with markup: the console");
  console.log("texts with markup: harmless");
} finally {
  await browser.close();
}
