// Package register holds the requirements: one [Entry] for each rule of each RFC that the harness judges by.
//
// An entry says the rule in our own words and points at the sentence of the RFC that states it, by section and digest, so
// that no RFC text is needed here and a reader (or a test that has the texts at hand) can still find the
// sentence. A test case names its requirement by the entry's ID; the level of the entry turns what the case
// observed into a verdict.
//
//	e, ok := register.Lookup("pop3/uidl-unique")
//	fmt.Println(e.Cite(), e.Level, e.Rule)
//
// IDs are the protocol, a slash and a name of lower-case words joined by hyphens. They are stable: a case, a baseline
// file or a report of an earlier version keeps its meaning. A rule that goes away leaves its ID unused.
//
// # Adding an RFC
//
// Print the sentences of the RFC with their digests and key words,
//
//	HARNESS_RFC_DIR=dir go test ./specs/register -run TestPrintSentences -rfc 3977 [-section 3.2] [-keywords] -v
//
// write the entries in a file of their own (pop3_rfc1939.go is the model) and add the slice to the table in tables.go. The
// coverage test then lists every sentence with a capital key word that neither an entry nor [Elsewhere]
// accounts for, within the [Scope] of the RFC.
package register

import (
	"fmt"
	"slices"
	"strings"
)

// Level is how strictly a rule binds, in the terms of RFC 2119. SHALL and REQUIRED are Must, RECOMMENDED is Should,
// OPTIONAL is May. A rule in prose gets the level that its wording has.
type Level int

// The levels.
const (
	Must      Level = iota + 1 // an absolute requirement
	MustNot                    // an absolute prohibition
	Should                     // to be done unless there is a good reason not to
	ShouldNot                  // not to be done unless there is a good reason to
	May                        // truly optional: either behaviour conforms
)

var levelNames = map[Level]string{Must: "MUST", MustNot: "MUST NOT", Should: "SHOULD", ShouldNot: "SHOULD NOT", May: "MAY"}

// String returns the level as RFC 2119 writes it: "MUST NOT".
func (l Level) String() string {
	if s, ok := levelNames[l]; ok {
		return s
	}
	return fmt.Sprintf("Level(%d)", int(l))
}

// MarshalText returns String; it fails for a value that is no level.
func (l Level) MarshalText() ([]byte, error) {
	if s, ok := levelNames[l]; ok {
		return []byte(s), nil
	}
	return nil, fmt.Errorf("register: %d is not a requirement level", int(l))
}

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(text []byte) error {
	for level, s := range levelNames {
		if s == string(text) {
			*l = level
			return nil
		}
	}
	return fmt.Errorf("register: %q is not a requirement level; want MUST, MUST NOT, SHOULD, SHOULD NOT or MAY", text)
}

// Party is who has to keep a rule.
type Party int

// The parties.
const (
	Client Party = iota + 1
	Server
	Both // client and server
)

var partyNames = map[Party]string{Client: "client", Server: "server", Both: "both"}

// String returns "client", "server" or "both".
func (p Party) String() string {
	if s, ok := partyNames[p]; ok {
		return s
	}
	return fmt.Sprintf("Party(%d)", int(p))
}

// MarshalText returns String; it fails for a value that is no party.
func (p Party) MarshalText() ([]byte, error) {
	if s, ok := partyNames[p]; ok {
		return []byte(s), nil
	}
	return nil, fmt.Errorf("register: %d is not a party", int(p))
}

// UnmarshalText reads what MarshalText writes.
func (p *Party) UnmarshalText(text []byte) error {
	for party, s := range partyNames {
		if s == string(text) {
			*p = party
			return nil
		}
	}
	return fmt.Errorf("register: %q is not a party; want client, server or both", text)
}

// Binds says whether a rule for p is a rule for party q: Both binds either.
func (p Party) Binds(q Party) bool { return p == q || p == Both || q == Both }

// Entry is one requirement.
type Entry struct {
	// ID names the requirement: protocol, slash, kebab-case name ("pop3/uidl-unique"). Stable.
	ID string `json:"id"`
	// RFC is the number of the RFC that states it.
	RFC int `json:"rfc"`
	// Section is where: "7", "3.2", "Appendix A", "Appendix A.1".
	Section string `json:"section"`
	Level   Level  `json:"level"`
	Party   Party  `json:"party"`
	// Rule is the requirement in our words, exact enough to write the check from it.
	Rule string `json:"rule"`
	// Digests are the Digest of each sentence of that section that states the rule; at least one.
	Digests []string `json:"digests"`
	// Extension is the capability that a peer must offer for the rule to apply ("STLS", "UIDL", "SASL"; "APOP" stands for
	// a timestamp in the greeting; for FTP an optional command, "STOU", or a parameter, "MODE B", "REST STREAM"), or "" for what
	// every peer has to do.
	Extension string `json:"extension,omitempty"`
	// Prose says that the RFC states the rule without a capital key word.
	Prose bool `json:"prose,omitempty"`
	// OffWire, if not empty, says why the rule cannot be tested on the wire of the party that has to keep it.
	OffWire string `json:"offWire,omitempty"`
}

// Protocol returns the part of the ID before the slash: "pop3".
func (e Entry) Protocol() string {
	p, _, _ := strings.Cut(e.ID, "/")
	return p
}

// Cite returns the place of the rule: "RFC 1939 section 7", "RFC 2595 Appendix A".
func (e Entry) Cite() string { return cite(e.RFC, e.Section) }

func cite(rfc int, section string) string {
	if section != "" && section[0] >= '0' && section[0] <= '9' {
		section = "section " + section
	}
	return fmt.Sprintf("RFC %d %s", rfc, section)
}

// Outside accounts for a sentence with a capital key word that is no requirement of a protocol judged here.
type Outside struct {
	RFC     int    `json:"rfc"`
	Section string `json:"section"`
	Digest  string `json:"digest"`
	// Why says what the sentence is instead: it binds another protocol, or the authors of other documents.
	Why string `json:"why"`
}

var (
	entries = slices.Concat(tables...)
	byID    = index(entries)
)

func index(list []Entry) map[string]int {
	m := make(map[string]int, len(list))
	for i, e := range list {
		if _, dup := m[e.ID]; !dup { // the validation test reports the second one
			m[e.ID] = i
		}
	}
	return m
}

func (e Entry) clone() Entry {
	e.Digests = slices.Clone(e.Digests)
	return e
}

// Lookup returns the entry of that ID.
func Lookup(id string) (Entry, bool) {
	i, ok := byID[id]
	if !ok {
		return Entry{}, false
	}
	return entries[i].clone(), true
}

// All returns every entry: protocol by protocol, in each the RFCs in the order of their listing, in each the entries in
// the order of its text. The slice is the caller's.
func All() []Entry { return filter(func(Entry) bool { return true }) }

// ByRFC returns the entries that RFC n states, in the order of All.
func ByRFC(n int) []Entry { return filter(func(e Entry) bool { return e.RFC == n }) }

// ForProtocol returns the entries of a protocol ("pop3"), in the order of All.
func ForProtocol(name string) []Entry {
	return filter(func(e Entry) bool { return e.Protocol() == name })
}

func filter(keep func(Entry) bool) []Entry {
	var out []Entry
	for _, e := range entries {
		if keep(e) {
			out = append(out, e.clone())
		}
	}
	return out
}

// Elsewhere returns the sentences with a capital key word that no entry covers on purpose.
func Elsewhere() []Outside { return slices.Concat(outside...) }

// Scope returns the sections of RFC n that were gone through, each with the sections below it; nil if all of it was.
func Scope(n int) []string { return slices.Clone(scopes[n]) }

// InScope reports whether a section of RFC n, such as "4.1.2.1", was gone through.
func InScope(n int, section string) bool {
	list, limited := scopes[n]
	return !limited || slices.ContainsFunc(list, func(s string) bool { return section == s || strings.HasPrefix(section, s+".") })
}

// RFCs returns the numbers of the RFCs that were gone through sentence by sentence within their Scope, ascending.
func RFCs() []int {
	var out []int
	for _, e := range entries {
		out = append(out, e.RFC)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
