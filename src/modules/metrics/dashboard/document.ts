import { ranges, requestTypes } from './ranges'

const rangeInputs = Object.entries(ranges)
  .map(
    ([range, { every }]) =>
      `<label><input type="radio" name="range" value="${range}" data-every="${every}"${range === '1h' ? ' checked' : ''}><span>${range}</span></label>`,
  )
  .join('')

const typeOptions = Object.entries(requestTypes)
  .map(([type, title]) => `<option value="${type}">${title}</option>`)
  .join('')

/** A chart with everything that stands around it. */
const chart = (id: string, title: string, note: string, columns: string[], wide = false) => `
<section class="card${wide ? ' wide' : ''}" id="${id}" aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title">${title}</h2><p>${note}</p></div>
<div class="keys" role="group" aria-label="Lines of ${title.toLowerCase()}"></div>
<div class="chart" tabindex="0" role="group" aria-roledescription="chart" aria-label="${title} over time. Arrow keys read the values; the table below has all of them."></div>
<output class="sight" aria-live="polite"></output>
<details><summary>${title} as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title} as a table">
<table><caption class="sight">${title} over time, newest first</caption><thead><tr><th scope="col">Time</th>${heads(columns)}</tr></thead><tbody></tbody></table>
</div></details>
</section>`

const heads = (columns: string[]) => columns.map((column) => `<th scope="col">${column}</th>`).join('')

const ranking = (id: string, title: string, note: string, first: string, more = '') => `
<section class="card" aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title">${title}</h2><p>${note}</p></div>
<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-title">
<table id="${id}"><thead><tr>${heads([first, 'Calls', 'Errors', 'p50', 'p95', 'p99'])}</tr></thead><tbody></tbody></table>
</div>${more}
</section>`

const example = `curl -X POST ORIGIN/metrics \\
  -H "X-API-Key: YOUR_INGEST_KEY" -H "Content-Type: application/json" \\
  -d '{"service": "gateway", "metrics": [{
        "type": "tool_execution", "value": 1, "duration_ms": 12.5,
        "dimensions": {"tool_name": "search", "success": true}}]}'`

/** The page; it holds no data. `assets` is the folder of its files. */
export const documentOf = (assets: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Metrics · Holdfast</title>
<link rel="icon" href="${assets}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/uplot.css">
<link rel="stylesheet" href="${assets}/base.css">
<link rel="stylesheet" href="${assets}/style.css">
<script src="${assets}/uplot.js" defer></script>
<script src="${assets}/main.mjs" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the numbers</a>
<header class="bar">
<h1><img src="${assets}/icon.svg" alt="" width="24" height="24">Metrics <span class="product">Holdfast</span></h1>
<div class="controls" id="controls" hidden>
<fieldset><legend class="sight">Range</legend><div class="ranges">${rangeInputs}</div></fieldset>
<label><span class="sight">Kind of request</span><select id="type"><option value="">All requests</option>${typeOptions}</select></label>
<label><span class="sight">Service</span><select id="service"><option value="">All services</option></select></label>
<button id="live" type="button" aria-pressed="true"><span class="dot" aria-hidden="true"></span>Live</button>
<button id="sign-out" type="button">Sign out</button>
</div>
</header>
<main id="main" aria-busy="false">
<noscript><p class="card">This page draws charts in the browser and needs JavaScript. The same numbers are at <code>/api/v1/metrics/query</code>.</p></noscript>
<form class="card sign-in" id="sign-in" hidden>
<h2>Sign in to see metrics</h2>
<p id="about">The key needs the scope <code>admin</code>. It stays in this tab, goes to this server alone, and is forgotten when you sign out or close the tab.</p>
<label for="key">Admin key</label>
<input id="key" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="about wrong">
<p class="wrong" id="wrong" role="alert"></p>
<button class="main">Show metrics</button>
</form>
<div class="notice" id="notice" role="alert" hidden><p id="notice-text"></p><button id="retry" type="button">Try again</button></div>
<section class="card empty" id="empty" hidden>
<h2>No requests in this range</h2>
<p>Choose a longer range, or send something: the clients of the gateway, an OpenTelemetry collector and Prometheus can all write here.</p>
<pre id="example" tabindex="0" aria-label="Example">${example.replaceAll('"', '&quot;')}</pre>
</section>
<div id="content" hidden>
<dl class="tiles" id="tiles"></dl>
<div class="panels">
${chart('requests', 'Requests', 'per second', ['Requests', 'Errors'], true)}
${chart('latency', 'Latency', 'as reported by the services', ['p50', 'p95', 'p99'])}
${chart('errors', 'Error share', 'of all requests', ['Errors'])}
${ranking('tools', 'Top tools', 'by calls', 'Tool', '<p class="note" id="no-tools" hidden>No tool executions in this range.</p>')}
${ranking('services', 'Services', 'by requests', 'Service')}
</div>
</div>
<footer><p><span id="updated" class="sight" role="status" aria-live="off"></span><span id="source"></span></p></footer>
</main>
</body>
</html>
`
