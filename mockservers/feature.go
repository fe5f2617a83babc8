package mockservers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/internal/auth"
)

// Feature is a switch of a mock server: an extension, or a way to behave. It is written "NAME" or "NAME=VALUE" to switch it on, and "-NAME" to switch
// it off.
type Feature struct {
	Name string `json:"name"`
	// Value is the form of the value; "" if there is none.
	Value string `json:"value,omitempty"`
	// Default is how it stands: "on", "off", or a value.
	Default string `json:"default"`
	Summary string `json:"summary"`
}

// Switch is a feature with what it does to F, the settings of a mock.
type Switch[F any] struct {
	Feature
	// Set switches it on. The value is "" if none was written. Off switches it off. An error says what is wrong with the value.
	Set func(f *F, value string) error
	Off func(f *F) error
}

// Flag makes the switch of a bool.
func Flag[F any](name, standing, summary string, field func(*F) *bool) Switch[F] {
	return Switch[F]{
		Feature: Feature{Name: name, Default: standing, Summary: summary},
		Set: func(f *F, value string) error {
			if value != "" {
				return errors.New("it takes no value")
			}
			*field(f) = true
			return nil
		},
		Off: func(f *F) error { *field(f) = false; return nil },
	}
}

// Choice makes the switch of a word. Off is the word of one that is switched off; "" if it cannot be.
func Choice[F any](name, standing, off, summary string, field func(*F) *string, words ...string) Switch[F] {
	return Switch[F]{
		Feature: Feature{Name: name, Value: strings.Join(words, "|"), Default: standing, Summary: summary},
		Set: func(f *F, value string) error {
			if !slices.Contains(words, value) {
				return fmt.Errorf("expected one of %q, got %q", words, value)
			}
			*field(f) = value
			return nil
		},
		Off: func(f *F) error {
			if off == "" {
				return fmt.Errorf("it cannot be switched off; it is one of %q", words)
			}
			*field(f) = off
			return nil
		},
	}
}

// Number makes the switch of a number from 1 on of what unit says, such as "OCTETS". One that is switched off is 0.
func Number[F any, N int | int64](name, unit, standing, summary string, field func(*F) *N) Switch[F] {
	return Switch[F]{
		Feature: Feature{Name: name, Value: unit, Default: standing, Summary: summary},
		Set: func(f *F, value string) error {
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 1 || int64(N(n)) != n {
				return fmt.Errorf("expected a number from 1 on (%s), got %q", strings.ToLower(unit), value)
			}
			*field(f) = N(n)
			return nil
		},
		Off: func(f *F) error { *field(f) = 0; return nil },
	}
}

// forever is longer than any session.
const forever = 365 * 24 * time.Hour

// Duration makes the switch of how long a session may do something. One that is switched off is a year.
func Duration[F any](name, standing, summary string, field func(*F) *time.Duration) Switch[F] {
	return Switch[F]{
		Feature: Feature{Name: name, Value: "DURATION", Default: standing, Summary: summary},
		Set: func(f *F, value string) error {
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				return fmt.Errorf("expected a duration such as 500ms, got %q", value)
			}
			*field(f) = d
			return nil
		},
		Off: func(f *F) error { *field(f) = forever; return nil },
	}
}

// Mechanisms makes the switch of SASL mechanisms; standing are those that a server has unless it is told otherwise. One that is switched off has none.
func Mechanisms[F any](name, summary string, standing []string, field func(*F) *[]string) Switch[F] {
	var without []string
	for _, m := range auth.Mechanisms() {
		if !slices.Contains(standing, m.Name) {
			without = append(without, m.Name)
		}
	}
	return Switch[F]{
		Feature: Feature{Name: name, Value: "MECHANISM[,MECHANISM...]", Default: "all but " + strings.Join(without, " and "), Summary: summary},
		Set: func(f *F, value string) error {
			if value == "" {
				*field(f) = slices.Clone(standing)
				return nil
			}
			var list []string
			for _, n := range strings.Split(value, ",") {
				m, ok := auth.Lookup(n)
				if !ok {
					return fmt.Errorf("unknown mechanism %q", n)
				}
				list = append(list, m.Name)
			}
			*field(f) = list
			return nil
		},
		Off: func(f *F) error { *field(f) = nil; return nil },
	}
}

// MechanismsBut returns the names of all SASL mechanisms but those, strongest first.
func MechanismsBut(names ...string) []string {
	var out []string
	for _, m := range auth.Mechanisms() {
		if !slices.Contains(names, m.Name) {
			out = append(out, m.Name)
		}
	}
	return out
}

// Switches are the features of a mock.
type Switches[F any] []Switch[F]

// List returns what the features are.
func (t Switches[F]) List() []Feature {
	out := make([]Feature, len(t))
	for i, s := range t {
		out[i] = s.Feature
	}
	return out
}

// Apply sets f as the list says, in its order; a later one overrides an earlier one. Names may be in any case. The error of an unknown name lists those
// that come near, or all.
func (t Switches[F]) Apply(f *F, list []string) error {
	for _, spec := range list {
		name, value, _ := strings.Cut(spec, "=")
		name, off := strings.CutPrefix(name, "-")
		name = strings.ToUpper(name)
		i := slices.IndexFunc(t, func(s Switch[F]) bool { return s.Name == name })
		if i < 0 {
			names := make([]string, len(t))
			for i, s := range t {
				names[i] = s.Name
			}
			if near := Near(name, names); len(near) > 0 {
				names = near
			}
			return fmt.Errorf("unknown feature %q; there is %s", spec, strings.Join(names, ", "))
		}
		var err error
		switch {
		case !off:
			err = t[i].Set(f, value)
		case value != "":
			err = errors.New("a feature that is switched off takes no value")
		default:
			err = t[i].Off(f)
		}
		if err != nil {
			return fmt.Errorf("feature %q: %w", spec, err)
		}
	}
	return nil
}
