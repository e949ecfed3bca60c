package state

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/kithhq/kith/infra/local/template"
)

// generate returns a random value with a character of each kind that is not excluded.
func generate(spec template.SecretSpec) (string, error) {
	var kinds []string
	for _, kind := range []struct {
		excluded   bool
		characters string
	}{
		{spec.NoLower, "abcdefghijklmnopqrstuvwxyz"},
		{spec.NoUpper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{spec.NoDigits, "0123456789"},
		{spec.NoPunctuation, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
		{!spec.Space, " "},
	} {
		allowed := strings.Map(func(r rune) rune {
			if strings.ContainsRune(spec.Exclude, r) {
				return -1
			}
			return r
		}, kind.characters)
		if !kind.excluded && allowed != "" {
			kinds = append(kinds, allowed)
		}
	}
	if len(kinds) == 0 || spec.Length < len(kinds) || spec.Length > 4096 {
		return "", fmt.Errorf("a secret of %d characters is not possible with the characters that are not excluded", spec.Length)
	}
	all := strings.Join(kinds, "")
	for {
		password := make([]byte, spec.Length)
		for i := range password {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(all))))
			if err != nil {
				return "", fmt.Errorf("generate a secret: %w", err)
			}
			password[i] = all[n.Int64()]
		}
		complete := true
		for _, kind := range kinds {
			complete = complete && strings.ContainsAny(string(password), kind)
		}
		if complete {
			return addToTemplate(spec, string(password))
		}
	}
}

// addToTemplate adds the password to the JSON object of the template, if there is one.
func addToTemplate(spec template.SecretSpec, password string) (string, error) {
	if spec.Template == "" {
		return password, nil
	}
	object := map[string]any{}
	err := json.Unmarshal([]byte(spec.Template), &object)
	if err != nil {
		return "", fmt.Errorf("SecretStringTemplate is not a JSON object: %w", err)
	}
	object[spec.Key] = password
	doc, err := json.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("generate a secret: %w", err)
	}
	return string(doc), nil
}
