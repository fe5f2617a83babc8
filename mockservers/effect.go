package mockservers

import (
	"slices"
	"strings"
)

// Effect is a deviation that changes what goes out, and nothing else: a mock that has a table of effects shows its replies to it.
type Effect struct {
	Deviation
	// On are the commands that it concerns, as the mock names them, separated by "|"; "" for all. The greeting is "greeting".
	On string
	// From is the code that it concerns; 0 for every one.
	From int
	// To is the code in its place; 0 leaves it.
	To int
	// First changes the first line of a reply, its code included.
	First func(line string) string
	// Line changes a line of a list; nil takes it out. What it returns may hold a further line, behind a CRLF.
	Line func(line []byte) []byte
	// Data changes a block of text. It owns what it is given.
	Data func(data []byte) []byte
}

// Rulebook makes the deviations of a protocol, by the name with which its requirements' ids begin.
type Rulebook string

// Rule makes a deviation; the requirements are named without the protocol and the slash behind it.
func (b Rulebook) Rule(name, summary string, violates ...string) Deviation {
	ids := make([]string, len(violates))
	for i, id := range violates {
		ids[i] = string(b) + "/" + id
	}
	return Deviation{Name: name, Summary: summary, Violates: ids}
}

// Recode makes an effect that answers one code with another.
func (b Rulebook) Recode(name, on string, from, to int, summary string, violates ...string) Effect {
	return Effect{Deviation: b.Rule(name, summary, violates...), On: on, From: from, To: to}
}

// Reword makes an effect that changes first lines.
func (b Rulebook) Reword(name, on string, from int, first func(string) string, summary string, violates ...string) Effect {
	return Effect{Deviation: b.Rule(name, summary, violates...), On: on, From: from, First: first}
}

// Reline makes an effect that changes the lines of lists.
func (b Rulebook) Reline(name, on string, line func([]byte) []byte, summary string, violates ...string) Effect {
	return Effect{Deviation: b.Rule(name, summary, violates...), On: on, Line: line}
}

// Redata makes an effect that changes blocks of text.
func (b Rulebook) Redata(name, on string, data func([]byte) []byte, summary string, violates ...string) Effect {
	return Effect{Deviation: b.Rule(name, summary, violates...), On: on, Data: data}
}

// Effects are a table of effects, or those of it that are in force.
type Effects []Effect

// Deviations returns what the effects are.
func (t Effects) Deviations() []Deviation {
	out := make([]Deviation, len(t))
	for i, e := range t {
		out[i] = e.Deviation
	}
	return out
}

// InForce returns the effects that were chosen.
func (t Effects) InForce(set DeviationSet) Effects {
	if set.Empty() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t), func(e Effect) bool { return !set.Has(e.Name) })
}

func (e *Effect) concerns(command string, code int) bool {
	return (e.From == 0 || e.From == code) && (e.On == "" || slices.Contains(strings.Split(e.On, "|"), command))
}

// OnCode returns the code in the place of one.
func (t Effects) OnCode(command string, code int) int {
	to := code
	for i := range t {
		if e := &t[i]; e.To != 0 && e.concerns(command, code) {
			to = e.To
		}
	}
	return to
}

// OnFirst returns the first line of a reply, whose code was the given one before OnCode, as it goes out.
func (t Effects) OnFirst(command string, code int, line []byte) []byte {
	for i := range t {
		if e := &t[i]; e.First != nil && e.concerns(command, code) {
			line = []byte(e.First(string(line)))
		}
	}
	return line
}

// OnLine returns a line of a list as it goes out; nil for none.
func (t Effects) OnLine(command string, line []byte) []byte {
	for i := range t {
		if e := &t[i]; e.Line != nil && line != nil && e.concerns(command, e.From) {
			line = e.Line(line)
		}
	}
	return line
}

// OnData returns a block of text as it goes out. Data is not changed.
func (t Effects) OnData(command string, data []byte) []byte {
	for i := range t {
		if e := &t[i]; e.Data != nil && e.concerns(command, e.From) {
			data = e.Data(slices.Clone(data))
		}
	}
	return data
}
