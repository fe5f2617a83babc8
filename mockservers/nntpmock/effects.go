package nntpmock

import (
	"slices"
	"strings"

	"harness/mockservers"
)

// effect is a deviation that changes what goes out, and nothing else.
type effect struct {
	mockservers.Deviation
	// on are the commands that it concerns, such as "LIST ACTIVE", separated by "|"; "" for all. The greeting is "greeting".
	on string
	// from is the code that it concerns; 0 for every one.
	from int
	// to is the code in its place; 0 leaves it.
	to int
	// first changes the initial line, its code included.
	first func(line string) string
	// line changes a line of a list; nil takes it out.
	line func(line []byte) []byte
	// data changes a block of text: an article, or a part of one.
	data func(data []byte) []byte
}

// recode makes an effect that answers one code with another.
func recode(name, on string, from, to int, summary string, violates ...string) effect {
	return effect{Deviation: rule(name, summary, violates...), on: on, from: from, to: to}
}

// reword makes an effect that changes initial lines.
func reword(name, on string, from int, first func(string) string, summary string, violates ...string) effect {
	return effect{Deviation: rule(name, summary, violates...), on: on, from: from, first: first}
}

// reline makes an effect that changes the lines of lists.
func reline(name, on string, line func([]byte) []byte, summary string, violates ...string) effect {
	return effect{Deviation: rule(name, summary, violates...), on: on, line: line}
}

// redata makes an effect that changes blocks of text.
func redata(name, on string, data func([]byte) []byte, summary string, violates ...string) effect {
	return effect{Deviation: rule(name, summary, violates...), on: on, data: data}
}

// concerns reports whether the effect is in force for a command.
func (p *session) concerns(e *effect, code int) bool {
	return (e.on == "" || slices.Contains(strings.Split(e.on, "|"), p.name)) && (e.from == 0 || e.from == code) && p.dev(e.Name)
}

// affected is an initial line as it goes out.
func (p *session) affected(code int, line []byte) []byte {
	for i := range p.srv.effects {
		e := &p.srv.effects[i]
		if !p.concerns(e, code) {
			continue
		}
		if e.to != 0 {
			line = append([]byte{byte('0' + e.to/100), byte('0' + e.to/10%10), byte('0' + e.to%10)}, line[3:]...)
		}
		if e.first != nil {
			line = []byte(e.first(string(line)))
		}
	}
	return line
}

// affectedLine is a line of a list as it goes out; nil for none.
func (p *session) affectedLine(line []byte) []byte {
	for i := range p.srv.effects {
		if e := &p.srv.effects[i]; e.line != nil && line != nil && p.concerns(e, e.from) {
			line = e.line(line)
		}
	}
	return line
}

// affectedData is a block of text as it goes out.
func (p *session) affectedData(data []byte) []byte {
	for i := range p.srv.effects {
		if e := &p.srv.effects[i]; e.data != nil && p.concerns(e, e.from) {
			data = e.data(slices.Clone(data))
		}
	}
	return data
}

// inForce are the effects that a server's deviations name.
func inForce(set mockservers.DeviationSet) []effect {
	return slices.DeleteFunc(slices.Clone(effects), func(e effect) bool { return !set.Has(e.Name) })
}

// allDeviations are those of both tables.
func allDeviations() []mockservers.Deviation {
	out := slices.Clone(deviations)
	for _, e := range effects {
		out = append(out, e.Deviation)
	}
	return out
}
