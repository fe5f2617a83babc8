package nntp

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// Capability is a line of the answer to CAPABILITIES (RFC 3977 section 3.3.1).
type Capability struct {
	// Label is in upper case.
	Label string
	Args  []string
}

// Capabilities is the answer to CAPABILITIES, in its order; nil if the server was not asked, or refused.
type Capabilities []Capability

// Get returns the capability with the label, in any case.
func (c Capabilities) Get(label string) (Capability, bool) {
	i := slices.IndexFunc(c, func(x Capability) bool { return strings.EqualFold(x.Label, label) })
	if i < 0 {
		return Capability{}, false
	}
	return c[i], true
}

// Has reports whether the label is listed, and with it each of the arguments, in any case.
func (c Capabilities) Has(label string, args ...string) bool {
	x, ok := c.Get(label)
	if !ok {
		return false
	}
	for _, a := range args {
		if !slices.ContainsFunc(x.Args, func(b string) bool { return strings.EqualFold(a, b) }) {
			return false
		}
	}
	return true
}

// Args returns the arguments of a label; nil if it is not listed.
func (c Capabilities) Args(label string) []string {
	x, _ := c.Get(label)
	return x.Args
}

// Version returns the highest version of the protocol that the server lists (RFC 3977 section 3.3.2); 0 if it lists none.
func (c Capabilities) Version() int {
	highest := 0
	for _, a := range c.Args("VERSION") {
		if n, err := strconv.Atoi(a); err == nil {
			highest = max(highest, n)
		}
	}
	return highest
}

// Implementation returns what the server says of its software (RFC 3977 section 3.3.2); "" if it says nothing.
func (c Capabilities) Implementation() string { return strings.Join(c.Args("IMPLEMENTATION"), " ") }

// Offers reports whether the capabilities offer a command; so they do those that have no capability.
func (c Capabilities) Offers(s *Spec) bool {
	switch {
	case s.Capability == "":
		return true
	case s.Argument == "":
		return c.Has(s.Capability)
	}
	return c.Has(s.Capability, s.Argument)
}

// ParseCapability parses a line of the answer to CAPABILITIES: a label and arguments, each behind one or more blanks. A line that begins with
// something else than a letter is to be ignored (RFC 3977 section 3.3.1): ok is false then. Lenient rules forgive blanks at the end, and ignore a line whose
// label is no keyword.
func (r Rules) ParseCapability(line []byte) (c Capability, ok bool, err error) {
	const cite = "RFC 3977 section 3.3.1"
	if len(line) == 0 || !(line[0] >= 'A' && line[0] <= 'Z' || line[0] >= 'a' && line[0] <= 'z') {
		return c, false, nil
	}
	if i := bytes.IndexAny(line, "\r\x00"); i >= 0 {
		return c, false, &wire.SyntaxError{Offset: i, Got: string(line[i]), Want: "no NUL and no bare CR", Cite: cite}
	}
	words := bytes.Fields(line)
	c.Label = strings.ToUpper(string(words[0]))
	if !IsKeyword(c.Label) {
		return c, false, r.forgive(&wire.SyntaxError{Got: string(words[0]), Want: "a capability label: a letter and two or more letters, digits, dots and dashes", Cite: "RFC 3977 section 9.5"})
	}
	for _, w := range words[1:] {
		c.Args = append(c.Args, string(w))
	}
	if isBlank(line[len(line)-1]) {
		err = r.forgive(&wire.SyntaxError{Offset: len(line) - 1, Got: string(line[len(line)-1:]), Want: "CRLF behind the last argument", Cite: cite})
	}
	return c, err == nil, err
}

// String returns the capability as it stands on its line.
func (c Capability) String() string { return strings.Join(append([]string{c.Label}, c.Args...), " ") }
