package template

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SecretSpec describes how the value of a secret is generated.
type SecretSpec struct {
	// Value is the value if the template contains it.
	Value string
	// Length is the length of the generated part. Exclude are characters that it must not contain.
	Length  int
	Exclude string
	// Template is a JSON object to which the generated part is added as Key; empty if the value is the generated part.
	Template, Key string
	// NoLower, NoUpper, NoDigits and NoPunctuation exclude characters; Space includes the space.
	NoLower, NoUpper, NoDigits, NoPunctuation, Space bool
}

// resolveDynamic replaces {{resolve:secretsmanager:…}} with the values of secrets.
func (t *Template) resolveDynamic(n *yaml.Node, text string) string {
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
			t.problemf(n, "a dynamic reference is not closed")
			return ""
		}
		id, isSecret := strings.CutPrefix(reference, "secretsmanager:")
		if !isSecret {
			t.problemf(n, "{{resolve:%s}}: the local cloud supports secretsmanager only. Use a parameter with a default", reference)
			return ""
		}
		out.WriteString(t.secret(n, id))
		text = rest
	}
}

// secret returns the value for the text after "secretsmanager:": a secret's ARN or name, optionally SecretString and a key
// of its JSON.
func (t *Template) secret(n *yaml.Node, reference string) string {
	for _, r := range t.secrets {
		for _, id := range []string{t.ref(r), t.name(r)} {
			rest, ok := strings.CutPrefix(reference, id)
			if !ok || rest != "" && !strings.HasPrefix(rest, ":") {
				continue
			}
			value, err := t.Secret(r)
			if err != nil {
				t.problemf(n, "secret %s: %v", r.ID, err)
				return ""
			}
			part := strings.Split(strings.TrimPrefix(rest, ":"), ":")
			if part[0] != "" && part[0] != "SecretString" || len(part) > 2 && strings.Join(part[2:], "") != "" {
				t.problemf(n, "secret %s: the local cloud supports SecretString and a key only, not %s", r.ID, rest)
				return ""
			}
			if len(part) < 2 || part[1] == "" {
				return value
			}
			var object map[string]any
			err = json.Unmarshal([]byte(value), &object)
			if err != nil || object[part[1]] == nil {
				t.problemf(n, "secret %s has no key %s", r.ID, part[1])
				return ""
			}
			return fmt.Sprint(object[part[1]])
		}
	}
	t.problemf(n, "the secret %s is not in this template. Add an AWS::SecretsManager::Secret", reference)
	return ""
}

// Secret returns the value of a secret of the template. It is generated at the first call.
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
			return "", fmt.Errorf("PasswordLength %q is not a number", length)
		}
	}
	return t.env.Secret(t.name(r), spec)
}
