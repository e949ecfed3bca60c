// The pages of the local sign-in: plain forms, no script.

export function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
  input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
  ul { list-style: none; padding: 0; } li button { text-align: left; margin: .1rem 0; }
  .wrong { color: #a00; }
`;

export function page(ctx, content) {
  ctx.type = 'html';
  ctx.body = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (local)</title>
<style>${style}</style>
</head>
<body>
${content}
</body>
</html>
`;
}

// choose is the form: type anybody, or press the button of somebody known.
export function choose(action, people, hint, message) {
  const known = [...people].sort((a, b) => a.name.localeCompare(b.name)).slice(0, 200)
    .map((p) => `<li><button type="submit" name="person" value="${escape(p.sub)}" formnovalidate>${escape(p.name)} · ${escape(p.email)}</button></li>`);
  return `<h1>Sign in as</h1>
<p>This is the local stand-in for Cognito. Whoever you type is who you are.</p>
${message ? `<p class="wrong" role="alert">${escape(message)}</p>` : ''}
<form method="post" action="${escape(action)}">
<label>E-mail <input name="email" type="email" value="${escape(hint)}" required autofocus></label>
<label>Name <input name="name" required></label>
<button type="submit">Sign in</button>
${known.length ? `<h2>Somebody known</h2><ul>${known.join('\n')}</ul>` : ''}
</form>`;
}

// goodbye asks before signing out; form is the library's hidden form.
export function goodbye(form) {
  return `<h1>Sign out?</h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" form="op.logoutForm">Stay signed in</button>`;
}

export function failure(out) {
  const lines = Object.entries(out).map(([k, v]) => `<dt>${escape(k)}</dt><dd>${escape(v)}</dd>`);
  return `<h1>That did not work</h1><dl>${lines.join('')}</dl>`;
}
