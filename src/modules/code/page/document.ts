/** The page; it holds no data. `assets` is the folder of its files. */
export const documentOf = (assets: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Code · Holdfast</title>
<link rel="icon" href="${assets}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/base.css">
<link rel="stylesheet" href="${assets}/style.css">
<script src="${assets}/main.mjs" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the search</a>
<header class="bar">
<h1><img src="${assets}/icon.svg" alt="" width="24" height="24">Code <span>Holdfast</span></h1>
<button id="sign-out" type="button" hidden>Sign out</button>
</header>
<main id="main" tabindex="-1">
<noscript><p class="card">This page needs JavaScript. The same answers are at <code>/api/v1/code/search</code>.</p></noscript>
<form class="card sign-in" id="sign-in" hidden>
<h2>Sign in to search</h2>
<p id="about">The key stays in this tab, goes to this server alone, and is forgotten when you sign out or close the tab.</p>
<label for="key">API key</label>
<input id="key" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="about wrong">
<p class="wrong" id="wrong" role="alert"></p>
<button class="main">Open</button>
</form>
<div id="content" hidden>
<form class="search" id="search" role="search">
<label class="sight" for="query">Search</label>
<input id="query" type="search" autocomplete="off" spellcheck="false" placeholder="words, &quot;a phrase&quot;, /regex/, file:*.ts lang:python -not" aria-describedby="grammar">
<label class="sight" for="repository">Repository</label>
<select id="repository"><option value="">All repositories</option></select>
<button class="main">Search</button>
</form>
<p id="grammar" class="note">All words must occur in a file. Also: <code>&quot;a phrase&quot;</code>, <code>/regex/</code>, <code>or</code>, <code>-not</code>, <code>( )</code>, <code>file:*.ts</code>, <code>lang:python</code>, <code>sym:name</code>, <code>repo:</code>, <code>branch:</code>, <code>case:yes</code>. Press <kbd>/</kbd> to search.</p>
<p id="status" role="status" class="note"></p>
<p id="fault" role="alert" class="fault" hidden></p>
<section id="file" class="card" hidden aria-labelledby="file-title">
<div class="head"><h2 id="file-title" tabindex="-1"></h2><button id="close-file" type="button">Close</button></div>
<div class="scroll" tabindex="0" role="region" aria-label="Text of the file"><ol id="file-lines" class="code"></ol></div>
</section>
<ol id="results" class="results" aria-label="Results"></ol>
<button id="more" type="button" hidden>More results</button>
<section class="card" aria-labelledby="repositories-title">
<h2 id="repositories-title">Repositories</h2>
<form id="index" class="search"><label class="sight" for="address">Repository to index</label>
<input id="address" autocomplete="off" spellcheck="false" required placeholder="owner/repo, a git URL or, with the scope code:local, a folder of the server"><button>Index</button></form>
<p id="index-said" role="status" class="note"></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="repositories-title"><table id="repositories">
<thead><tr><th scope="col">Repository</th><th scope="col">Commit</th><th scope="col">Files</th><th scope="col">Symbols</th><th scope="col">Indexed</th><th scope="col">State</th><th scope="col"><span class="sight">Remove</span></th></tr></thead><tbody></tbody></table></div>
<p id="no-repositories" class="note" hidden>Nothing is indexed yet.</p>
</section>
<section class="card" aria-labelledby="jobs-title">
<h2 id="jobs-title">Jobs</h2>
<ul id="jobs" class="jobs"></ul>
<p id="no-jobs" class="note" hidden>No job has run yet.</p>
</section>
</div>
</main>
</body>
</html>
`
