package template

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SecretSpec says how a secret's value is made.
type SecretSpec struct {
	// Value is the secret itself, when the template holds it.
	Value string
	// Length and Exclude shape the generated part; Exclude lists characters that it must not hold.
	Length  int
	Exclude string
	// Template is a JSON object that gets the generated part under Key; empty when the secret is that part alone.
	Template, Key string
	// No lower case, upper case, digits, punctuation; the space as well.
	NoLower, NoUpper, NoDigits, NoPunctuation, Space bool
}

// dynamic puts the values of secrets in place of {{resolve:secretsmanager:…}}.
func (t *Template) dynamic(n *yaml.Node, text string) string {
	const open = "{{resolve:"
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, open)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		reference, rest, closed := strings.Cut(after, "}}")
		if !closed {
			t.wrong(n, "a dynamic reference is not closed")
			return ""
		}
		id, isSecret := strings.CutPrefix(reference, "secretsmanager:")
		if !isSecret {
			t.wrong(n, "{{resolve:%s}}: the local cloud resolves secretsmanager only; use a parameter with a default", reference)
			return ""
		}
		out.WriteString(t.secret(n, id))
		text = rest
	}
}

// secret finds the value for what stands after "secretsmanager:": a secret's ARN or name, then optionally SecretString
// and a key of its JSON.
func (t *Template) secret(n *yaml.Node, reference string) string {
	for _, r := range t.secrets {
		for _, id := range []string{t.ref(r), t.name(r)} {
			rest, ok := strings.CutPrefix(reference, id)
			if !ok || rest != "" && !strings.HasPrefix(rest, ":") {
				continue
			}
			value, err := t.Secret(r)
			if err != nil {
				t.wrong(n, "secret %s: %v", r.ID, err)
				return ""
			}
			part := strings.Split(strings.TrimPrefix(rest, ":"), ":")
			if part[0] != "" && part[0] != "SecretString" || len(part) > 2 && strings.Join(part[2:], "") != "" {
				t.wrong(n, "secret %s: only SecretString and a key can be asked for, not %s", r.ID, rest)
				return ""
			}
			if len(part) < 2 || part[1] == "" {
				return value
			}
			var object map[string]any
			err = json.Unmarshal([]byte(value), &object)
			if err != nil || object[part[1]] == nil {
				t.wrong(n, "secret %s has no key %s", r.ID, part[1])
				return ""
			}
			return fmt.Sprint(object[part[1]])
		}
	}
	t.wrong(n, "the secret %s is not in this template; add an AWS::SecretsManager::Secret", reference)
	return ""
}

// Secret returns the value of a secret of the template.
func (t *Template) Secret(r *Resource) (string, error) {
	text := func(n *yaml.Node) string {
		if n == nil {
			return ""
		}
		return t.text(n)
	}
	g := field(r.raw, "GenerateSecretString")
	yes := func(key string) bool { return text(field(g, key)) == "true" }
	spec := SecretSpec{
		Value: text(field(r.raw, "SecretString")), Length: 32, Exclude: text(field(g, "ExcludeCharacters")),
		Template: text(field(g, "SecretStringTemplate")), Key: text(field(g, "GenerateStringKey")),
		NoLower: yes("ExcludeLowercase"), NoUpper: yes("ExcludeUppercase"), NoDigits: yes("ExcludeNumbers"),
		NoPunctuation: yes("ExcludePunctuation"), Space: yes("IncludeSpace"),
	}
	length := text(field(g, "PasswordLength"))
	if length != "" {
		_, err := fmt.Sscan(length, &spec.Length)
		if err != nil {
			return "", fmt.Errorf("PasswordLength %q is no number", length)
		}
	}
	return t.world.Secret(t.name(r), spec)
}
