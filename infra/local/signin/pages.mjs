// The HTML pages of the local sign-in: plain forms without scripts.

export function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const style = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
  input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
  ul { list-style: none; padding: 0; } li button { text-align: left; margin: .1rem 0; }
  .error { color: light-dark(#a00, #f99); }
`;

// sendPage answers the request with a page.
export function sendPage(ctx, content) {
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

// signInForm is the form that takes any person, with a button for each known one. loginHint prefills the email.
export function signInForm(action, people, loginHint, error) {
  const known = [...people].sort((a, b) => a.name.localeCompare(b.name)).slice(0, 200)
    .map((p) => `<li><button type="submit" name="person" value="${escape(p.sub)}" formnovalidate>${escape(p.name)} · ${escape(p.email)}</button></li>`);
  return `<h1>Sign in as</h1>
<p>This page replaces Cognito on this machine. Enter any email address and name.</p>
${error ? `<p class="error" role="alert">${escape(error)}</p>` : ''}
<form method="post" action="${escape(action)}">
<label>Email <input name="email" type="email" value="${escape(loginHint)}" required autofocus></label>
<label>Name <input name="name" required></label>
<button type="submit">Sign in</button>
${known.length ? `<h2>People who have signed in</h2><ul>${known.join('\n')}</ul>` : ''}
</form>`;
}

// signOutForm asks before signing out; form is the library's hidden form.
export function signOutForm(form) {
  return `<h1>Sign out?</h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" form="op.logoutForm">Stay signed in</button>`;
}

// root is the page at /, which people open by mistake: signing in starts in an app.
export function root(apps) {
  const links = apps.map((address) => `<li><a href="${escape(address)}">${escape(address)}</a></li>`);
  return `<h1>Local sign-in</h1>
<p>Kith sends you here when you sign in. Open Kith:</p>
<ul>${links.join('\n')}</ul>`;
}

// errorDetails shows an OAuth error.
export function errorDetails(error) {
  const lines = Object.entries(error).map(([k, v]) => `<dt>${escape(k)}</dt><dd>${escape(v)}</dd>`);
  return `<h1>Signing in failed</h1>
<p>Go back to Kith and try again.</p>
<dl>${lines.join('')}</dl>`;
}
