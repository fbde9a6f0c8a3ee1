// JupyterLab with the didnb kernel in a real browser: node lab.mjs REPOSITORY SCREENSHOTS
//
// Opens notebooks, runs all cells, looks for tables and figures, completes with Tab, inspects with Shift-Tab, interrupts a
// long magic, restarts and runs all again. The environment's CHROMIUM is the browser, DIDNB_GO=1 says that Go cells run.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [root, shots] = process.argv.slice(2);
const goCells = process.env.DIDNB_GO === "1";
const work = mkdtempSync(join(tmpdir(), "didnb-lab-"));
for (const folder of ["notebooks", "data"]) cpSync(join(root, folder), join(work, folder), { recursive: true });
mkdirSync(shots, { recursive: true });

const code = (source, tags = []) => ({ cell_type: "code", id: Math.random().toString(36).slice(2), execution_count: null, metadata: { tags }, outputs: [], source });
const trial = (...cells) => JSON.stringify({ cells: cells.map((c) => code(c)), metadata: { kernelspec: { display_name: "didnb", language: "go", name: "didnb" } }, nbformat: 4, nbformat_minor: 5 });
const start = "%panel load ../data/dual-pilot.csv unit=city time=year\n%did DIA ~ PGDP | city + year treat=DID as=m";
writeFileSync(join(work, "notebooks", "trial.ipynb"), trial(start, "%did DIA ~ PGPD | city + year treat=DID", "%desc"));
writeFileSync(join(work, "notebooks", "long.ipynb"), trial(start, "%placebo m reps=5000000", "%table m"));
if (existsSync(join(shots, "forms.ipynb"))) cpSync(join(shots, "forms.ipynb"), join(work, "notebooks", "theirs.ipynb")); // executed by notebooks.py
writeFileSync(join(work, "notebooks", "go.ipynb"), trial(start,
  'import "github.com/seed2d25c7c2/didnb/didkit"\n%%\np := didkit.MustPanel("panel")\nfmt.Println(p.Rows(), "rows in Go")\ndidkit.Show(p)', "strings.Repl"));

const settings = join(work, ".settings"); // no question about news
mkdirSync(join(settings, "@jupyterlab", "apputils-extension"), { recursive: true });
writeFileSync(join(settings, "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings"), '{"fetchNews": "false", "checkForUpdates": false}');

const freePort = () => new Promise((done) => { const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => done(port)); }); });
const port = await freePort();
const lab = spawn("jupyter-lab", ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--ServerApp.port_retries=0", "--IdentityProvider.token=",
  "--LabApp.expose_app_in_browser=True", `--ServerApp.root_dir=${work}`],
  { cwd: work, env: { ...process.env, JUPYTERLAB_SETTINGS_DIR: settings }, stdio: ["ignore", "pipe", "pipe"], detached: true });
let labLog = "";
for (const stream of [lab.stdout, lab.stderr]) stream.on("data", (b) => { labLog = (labLog + b).slice(-20000); });

let page;
const failures = [];
const check = (ok, what) => { console.log(`${ok ? "ok      " : "FAILED  "} ${what}`); if (!ok) failures.push(what); };
const shot = (name) => page.screenshot({ path: join(shots, name + ".png") });
const command = (id, args) => page.evaluate(([id, args]) => { window.jupyterapp.commands.execute(id, args); }, [id, args]);
const notebook = () => page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
const cell = (n) => notebook().locator(".jp-Cell").nth(n);
const idle = (timeout = 60000) => notebook().locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout });
// settled: every code cell has a number, none is waiting.
const settled = async (timeout = 60000) => {
  await page.waitForFunction(() => {
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const prompts = [...panel.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((p) => p.textContent.trim());
    return prompts.length > 0 && prompts.every((p) => /^\[\d+\]:$/.test(p));
  }, null, { timeout });
  await idle(timeout);
};
const open = async (name) => {
  await command("docmanager:open", { path: `notebooks/${name}.ipynb` });
  await page.locator(".lm-TabBar-tabLabel", { hasText: `${name}.ipynb` }).first().waitFor();
  await notebook().locator(".jp-CodeCell").first().waitFor();
  await page.evaluate(async () => { // before its kernel is connected, JupyterLab asks which one to take
    const context = window.jupyterapp.shell.currentWidget.sessionContext;
    await context.ready;
    while (!context.session?.kernel) await new Promise((r) => setTimeout(r, 50));
    await context.session.kernel.info;
  });
  await idle();
};
const closeAll = () => page.evaluate(async () => { // each notebook with its kernel
  for (const w of [...window.jupyterapp.shell.widgets("main")]) {
    await w.context?.save();
    await w.sessionContext?.shutdown();
    w.dispose();
  }
});

try {
  for (let i = 0; ; i++) {
    try { if ((await fetch(`http://127.0.0.1:${port}/api`)).ok) break; } catch { /* not yet */ }
    if (i > 240) throw new Error("JupyterLab did not start:\n" + labLog);
    await new Promise((r) => setTimeout(r, 250));
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 1100 } });
  page.setDefaultTimeout(30000);
  await page.goto(`http://127.0.0.1:${port}/lab?reset`);
  await page.waitForFunction(() => window.jupyterapp?.restored);
  await page.evaluate(() => window.jupyterapp.restored);
  await command("application:toggle-left-area");

  // The event study's notebook: all cells run, the figure and the tables are there.
  await open("02-parallel-trends");
  await command("notebook:run-all-cells");
  await settled();
  const tables = await notebook().locator(".jp-RenderedHTML table").count();
  const figure = notebook().locator(".didnb-figure img").first();
  check(tables > 0, `run all shows tables (${tables})`);
  const seen = (await figure.count()) > 0 ? await figure.evaluate((i) => ({ width: i.naturalWidth, alt: i.alt })) : {};
  check(seen.width > 300 && seen.alt?.length > 40, `run all shows a figure (${seen.width} wide), in words too (${seen.alt?.slice(0, 60)}…)`);
  await figure.scrollIntoViewIfNeeded();
  await shot("figure");
  check((await notebook().locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-mod-error").count()) === 0, "run all shows no error");
  await notebook().locator(".jp-RenderedHTML table").last().scrollIntoViewIfNeeded();
  await shot("table");
  await closeAll();

  await open("03-baseline");
  await command("notebook:run-all-cells");
  await settled();
  for (const [theme, name] of [["JupyterLab Dark", "dark"], ["JupyterLab Light", "light"]]) {
    await command("apputils:change-theme", { theme });
    await page.waitForTimeout(1500);
    await notebook().locator(".jp-RenderedHTML table").last().scrollIntoViewIfNeeded();
    await shot(`table-${name}`);
  }
  await closeAll();

  // A notebook from somebody else, opened without running: JupyterLab takes away styles and SVG, and figures stay.
  if (existsSync(join(work, "notebooks", "theirs.ipynb"))) {
    await open("theirs");
    await command("apputils:change-theme", { theme: "JupyterLab Dark" });
    await page.waitForTimeout(1500);
    const theirs = notebook().locator(".didnb-figure:visible img").first();
    await theirs.scrollIntoViewIfNeeded();
    const trusted = await page.evaluate(() => [...window.jupyterapp.shell.currentWidget.content.model.cells].some((c) => c.type === "code" && c.trusted));
    check(!trusted && (await theirs.evaluate((i) => i.naturalWidth)) > 300, "an untrusted notebook shows its figures");
    check((await notebook().locator(".didnb-live:visible, .didnb-paper:visible").count()) === 0, "and nothing twice");
    await shot("untrusted-dark");
    await command("apputils:change-theme", { theme: "JupyterLab Light" });
    await closeAll();
  }

  // A misspelt variable: one error, with line, caret and suggestion. Completion and inspection.
  await open("trial");
  await cell(0).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  const error = cell(1).locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']");
  await error.waitFor();
  const said = await error.innerText();
  check(said.includes("did you mean PGDP?") && said.includes("^^^^") && said.includes("PGPD"), "a failing magic shows the line, a caret and the suggestion");
  check((await error.count()) === 1, "in one output");
  await cell(2).locator(".cm-content").click();
  await page.keyboard.press("End");
  const completer = page.locator(".jp-Completer:not(.lm-mod-hidden)");
  await page.keyboard.press("Tab");
  await completer.waitFor();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".jp-CodeCell.jp-mod-active .cm-content")?.textContent.includes("%describe"));
  check(true, "Tab completes %desc to %describe");
  await page.keyboard.type(" P");
  await page.keyboard.press("Tab");
  await completer.waitFor();
  const offered = await completer.innerText();
  check(offered.includes("PGDP") && offered.includes("PM25"), "Tab offers the panel's variables");
  await shot("completion");
  await page.keyboard.press("Escape");
  await page.keyboard.type("GDP");
  await page.keyboard.press("Shift+Tab");
  const tooltip = page.locator(".jp-Tooltip");
  await tooltip.waitFor();
  check((await tooltip.innerText()).includes("PGDP"), "Shift-Tab tells about a variable");
  await shot("inspection");
  await page.keyboard.press("Escape"); // leaves the editor with the tooltip
  await cell(2).locator(".cm-content").click();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+Tab");
  await tooltip.waitFor();
  check(/describe/i.test(await tooltip.innerText()), "Shift-Tab shows a magic's help");
  await shot("help");
  await closeAll();

  // A long magic: its progress bar, the interrupt, and a session that is still there.
  await open("long");
  await cell(0).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  await cell(1).locator("progress").waitFor();
  await cell(1).scrollIntoViewIfNeeded();
  await shot("progress");
  const before = Date.now();
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  await idle(10000);
  await cell(1).locator(".jp-OutputArea-output").last().scrollIntoViewIfNeeded();
  check(Date.now() - before < 5000, `an interrupt ends a long magic (${Date.now() - before} ms by keyboard and screen)`);
  await shot("interrupted");
  await cell(2).locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await cell(2).locator("table").waitFor();
  check(true, "after it the session still holds the result");
  await closeAll();

  // Restart, and all cells again.
  await open("castle");
  await command("notebook:run-all-cells");
  await settled();
  await command("notebook:restart-run-all");
  await page.locator(".jp-Dialog .jp-mod-accept").click();
  await page.waitForTimeout(500);
  await settled();
  check((await notebook().locator(".jp-RenderedHTML table").count()) > 0 && (await notebook().locator(".jp-mod-error").count()) === 0, "restart and run all");
  await shot("restarted");
  await closeAll();

  if (goCells) {
    await open("go");
    await cell(0).locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    await cell(1).locator(".jp-RenderedText", { hasText: "5364 rows in Go" }).waitFor({ timeout: 180000 });
    await cell(1).locator("table:visible").waitFor();
    await idle();
    check(true, "a Go cell reads the panel and shows it");
    await shot("go");
    await closeAll();
  }
  await browser.close();
} catch (e) {
  failures.push(String(e));
  console.log("FAILED  ", e);
  if (page) await shot("failure").catch(() => {});
  console.log(labLog.split("\n").slice(-15).join("\n"));
} finally {
  lab.kill("SIGINT"); lab.kill("SIGINT");
  await Promise.race([new Promise((r) => lab.once("exit", r)), new Promise((r) => setTimeout(r, 15000))]);
  try { process.kill(-lab.pid, "SIGKILL"); } catch { /* it has ended */ }
  rmSync(work, { recursive: true, force: true });
}
console.log(failures.length ? `${failures.length} failed` : "all as it should be");
process.exit(failures.length ? 1 : 0);
