package mockservers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
